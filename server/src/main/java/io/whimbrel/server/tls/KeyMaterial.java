package io.whimbrel.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CRL;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;

/**
 * A private key and the certificates that vouch for it, its own first.
 *
 * @param chain the certificate of the key, then its issuers as far as the file has them
 */
public record KeyMaterial(PrivateKey key, List<X509Certificate> chain) {
  private static final byte[] PROBE = "whimbrel".getBytes(StandardCharsets.US_ASCII);
  private static final int FILE_BYTES_MAX = 16 * 1024 * 1024;

  /**
   * Reads a certificate with its key: a PEM file for each, or one PKCS#12 file.
   *
   * @param password of the key or of the PKCS#12 file; may be empty
   */
  public static KeyMaterial read(Path certificate, Path key, String password)
      throws TlsFileException {
    byte[] bytes = bytes(certificate);
    KeyMaterial material;
    if (isPem(bytes)) {
      String keyText = text(bytes(key));
      material =
          new KeyMaterial(
              in(key, () -> PrivateKeys.read(keyText, password)),
              in(certificate, () -> certificates(bytes)));
    } else {
      material = in(certificate, () -> pkcs12(bytes, password));
    }
    if (!material.fits()) {
      throw new TlsFileException(
          key + ": this key is not the one of the certificate in " + certificate);
    }
    return material;
  }

  /** All certificates of a PEM file. */
  public static List<X509Certificate> certificates(Path file) throws TlsFileException {
    byte[] bytes = bytes(file);
    return in(file, () -> certificates(bytes));
  }

  /** All revocation lists of a PEM or DER file. */
  static Collection<? extends CRL> revocations(Path file) throws TlsFileException {
    byte[] bytes = bytes(file);
    return in(
        file,
        () -> {
          Collection<? extends CRL> lists =
              CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(bytes));
          if (lists.isEmpty()) {
            throw new TlsFileException("there is no revocation list in it (-----BEGIN X509 CRL)");
          }
          return lists;
        });
  }

  private static List<X509Certificate> certificates(byte[] bytes)
      throws TlsFileException, GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (Pem block : Pem.blocks(text(bytes))) {
      if (block.label().endsWith("CERTIFICATE")) {
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(block.content())));
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsFileException("there is no certificate in it (-----BEGIN CERTIFICATE-----)");
    }
    return List.copyOf(certificates);
  }

  private static KeyMaterial pkcs12(byte[] bytes, String password)
      throws TlsFileException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    char[] secret = password.toCharArray();
    try {
      store.load(new ByteArrayInputStream(bytes), secret);
    } catch (IOException refused) {
      throw new TlsFileException(
          "it is neither PEM nor a PKCS#12 file that tls.key-password opens", refused);
    }
    for (Enumeration<String> names = store.aliases(); names.hasMoreElements(); ) {
      String name = names.nextElement();
      Certificate[] certificates = store.getCertificateChain(name);
      if (certificates != null && store.getKey(name, secret) instanceof PrivateKey key) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : certificates) {
          chain.add((X509Certificate) certificate);
        }
        return new KeyMaterial(key, List.copyOf(chain));
      }
    }
    throw new TlsFileException("there is no private key with its certificate in it");
  }

  private boolean fits() throws TlsFileException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(chain.get(0).getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException different) {
      return false;
    }
  }

  private static boolean isPem(byte[] bytes) {
    return text(bytes).contains("-----BEGIN ");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(Path file) throws TlsFileException {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new TlsFileException(file + ": it is too large");
      }
      return Files.readAllBytes(file);
    } catch (IOException refused) {
      String why = Files.exists(file) ? "it cannot be read" : "there is no such file";
      throw new TlsFileException(file + ": " + why, refused);
    }
  }

  private interface Reading<T> {
    T read() throws TlsFileException, GeneralSecurityException;
  }

  private static <T> T in(Path file, Reading<T> reading) throws TlsFileException {
    try {
      return reading.read();
    } catch (TlsFileException told) {
      throw new TlsFileException(file + ": " + told.getMessage(), told);
    } catch (GeneralSecurityException refused) {
      throw new TlsFileException(file + ": it is damaged: " + refused.getMessage(), refused);
    }
  }
}
