package io.whimbrel.server.tls;

import io.netty.util.NetUtil;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Makes certificates (RFC 5280) for a first try: an authority, and what it issues, with EC keys on
 * P-256. Used by one thread.
 */
public final class CertificateMaker {
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final byte[] TRUE = {0x01, 0x01, (byte) 0xFF};
  private static final int FIRST_GENERALIZED_YEAR = 2050;
  private static final int SERIAL_BITS = 120;
  private static final int AUTHORITY_DAYS = 3650;
  private static final int ISSUED_DAYS = 825; // more is refused by some
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);

  private final SecureRandom random = new SecureRandom();
  private final Instant now;
  private final Made authority;

  /** A certificate with its key. */
  public record Made(KeyPair keys, X509Certificate certificate) {
    /** The key as PKCS#8 in PEM. */
    public String keyPem() {
      return Pem.text("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** The certificate in PEM. */
    public String certificatePem() throws GeneralSecurityException {
      return Pem.text("CERTIFICATE", certificate.getEncoded());
    }
  }

  /**
   * With a new authority.
   *
   * @param name its Common Name
   * @param now when all that is made begins to hold, less an hour for clocks that are late
   */
  public CertificateMaker(String name, Instant now) throws GeneralSecurityException {
    this.now = now;
    List<byte[]> extensions = new ArrayList<>();
    extensions.add(extension("2.5.29.19", true, Der.sequence(TRUE)));
    extensions.add(extension("2.5.29.15", true, new byte[] {0x03, 0x02, 0x01, 0x06}));
    authority = make(name, extensions, AUTHORITY_DAYS, null);
  }

  /**
   * With an authority that was made before.
   *
   * @param now as above
   */
  public CertificateMaker(Path certificate, Path key, Instant now) throws TlsFileException {
    KeyMaterial read = KeyMaterial.read(certificate, key, "");
    X509Certificate own = read.chain().get(0);
    this.now = now;
    authority = new Made(new KeyPair(own.getPublicKey(), read.key()), own);
  }

  /** The authority's own. */
  public Made authority() {
    return authority;
  }

  /**
   * For a server.
   *
   * @param hosts its names and addresses, the first is its Common Name as well
   */
  public Made server(List<String> hosts) throws GeneralSecurityException {
    List<byte[]> names = new ArrayList<>();
    for (String host : hosts) {
      byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
      names.add(
          address == null
              ? Der.of(0x82, host.getBytes(StandardCharsets.US_ASCII))
              : Der.of(0x87, address));
    }
    List<byte[]> extensions = leaf("1.3.6.1.5.5.7.3.1");
    extensions.add(extension("2.5.29.17", false, Der.sequence(names.toArray(byte[][]::new))));
    return make(hosts.get(0), extensions, ISSUED_DAYS, authority);
  }

  /** For a client, whose name is its Common Name. */
  public Made client(String name) throws GeneralSecurityException {
    return make(name, leaf("1.3.6.1.5.5.7.3.2"), ISSUED_DAYS, authority);
  }

  private static List<byte[]> leaf(String purpose) {
    List<byte[]> extensions = new ArrayList<>();
    extensions.add(extension("2.5.29.19", true, Der.sequence()));
    extensions.add(extension("2.5.29.15", true, new byte[] {0x03, 0x02, 0x07, (byte) 0x80}));
    extensions.add(extension("2.5.29.37", false, Der.sequence(Der.oid(purpose))));
    return extensions;
  }

  private Made make(String name, List<byte[]> extensions, int days, @Nullable Made issuer)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    KeyPair keys = generator.generateKeyPair();
    Made by = issuer;
    PublicKey issuerKey = by == null ? keys.getPublic() : by.keys.getPublic();
    byte[] subject = name(name);
    byte[] issued = by == null ? subject : by.certificate.getSubjectX500Principal().getEncoded();
    extensions.add(extension("2.5.29.14", false, Der.of(0x04, identifier(keys.getPublic()))));
    extensions.add(
        extension("2.5.29.35", false, Der.sequence(Der.of(0x80, identifier(issuerKey)))));
    byte[] body =
        Der.sequence(
            Der.of(0xa0, new byte[] {0x02, 0x01, 0x02}), // version 3
            Der.of(0x02, new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS).toByteArray()),
            ECDSA_SHA256,
            issued,
            Der.sequence(
                time(now.minus(1, ChronoUnit.HOURS)), time(now.plus(days, ChronoUnit.DAYS))),
            subject,
            keys.getPublic().getEncoded(),
            Der.of(0xa3, Der.sequence(extensions.toArray(byte[][]::new))));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(by == null ? keys.getPrivate() : by.keys.getPrivate(), random);
    signature.update(body);
    byte[] certificate = Der.sequence(body, ECDSA_SHA256, Der.bits(signature.sign()));
    return new Made(
        keys,
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate)));
  }

  /** A name that is what it says, whatever characters it has. */
  private static byte[] name(String commonName) {
    byte[] text = Der.of(0x0c, commonName.getBytes(StandardCharsets.UTF_8));
    byte[] attribute = Der.sequence(Der.oid("2.5.4.3"), text);
    return new X500Principal(Der.sequence(Der.of(0x31, attribute))).getEncoded();
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    byte[] content = Der.of(0x04, value);
    return critical
        ? Der.sequence(Der.oid(oid), TRUE, content)
        : Der.sequence(Der.oid(oid), content);
  }

  /** RFC 5280, 4.2.1.2 (1). */
  private static byte[] identifier(PublicKey key) throws GeneralSecurityException {
    byte[] bits = Der.read(key.getEncoded()).inside().skip().next(0x03).content();
    MessageDigest digest = MessageDigest.getInstance("SHA-1"); // names a key, protects nothing
    digest.update(bits, 1, bits.length - 1);
    return digest.digest();
  }

  private static byte[] time(Instant at) {
    ZonedDateTime utc = at.atZone(ZoneOffset.UTC);
    boolean late = utc.getYear() >= FIRST_GENERALIZED_YEAR;
    String text = (late ? GENERALIZED : UTC).format(utc);
    return Der.of(late ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
  }
}
