package io.whimbrel.server.token;

import io.whimbrel.server.config.IssuerConfig;
import io.whimbrel.server.files.AuthFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.keys.HmacKey;

/** Keys that are said where the broker is configured. Immutable. */
final class FixedKeys implements SigningKeys {
  private static final int SECRET_BYTES_MIN = 32; // RFC 7518, 3.2
  private static final long FILE_BYTES_MAX = 1 << 20;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  /** Of an issuer that is asked about every token. */
  static final FixedKeys NONE = new FixedKeys((algorithm, kid) -> List.of());

  private final BiFunction<String, String, List<Key>> finder;

  private FixedKeys(BiFunction<String, String, List<Key>> finder) {
    this.finder = finder;
  }

  /** Reads what the configuration names. */
  static FixedKeys of(IssuerConfig.Keys keys) throws AuthFileException {
    if (keys.isSecret()) {
      Key secret = new HmacKey(secret(keys));
      return new FixedKeys(
          (algorithm, kid) -> algorithm.startsWith("HS") ? List.of(secret) : List.of());
    }
    if (keys.jwksFile().isPresent()) {
      Path file = keys.jwksFile().get();
      try {
        KeySet set = KeySet.of(new String(read(file), StandardCharsets.UTF_8));
        return new FixedKeys(set::find);
      } catch (IllegalArgumentException wrong) {
        throw new AuthFileException(file + ": allowed: " + wrong.getMessage());
      }
    }
    Path file = keys.publicKey().orElseThrow();
    PublicKey key = publicKey(file);
    return new FixedKeys((algorithm, kid) -> fits(algorithm, key) ? List.of(key) : List.of());
  }

  /** A secret without the newline behind it. */
  static byte[] secretOf(Path file) throws AuthFileException {
    byte[] all = read(file);
    int end = all.length;
    while (end > 0 && (all[end - 1] == '\n' || all[end - 1] == '\r')) {
      end--;
    }
    return java.util.Arrays.copyOf(all, end);
  }

  private static byte[] secret(IssuerConfig.Keys keys) throws AuthFileException {
    if (keys.secretFile().isEmpty()) {
      return keys.secret().getBytes(StandardCharsets.UTF_8);
    }
    byte[] secret = secretOf(keys.secretFile().get());
    if (secret.length < SECRET_BYTES_MIN) {
      String problem = ": the secret is too short, allowed: " + SECRET_BYTES_MIN + " bytes or more";
      throw new AuthFileException(keys.secretFile().get() + problem);
    }
    return secret;
  }

  private static byte[] read(Path file) throws AuthFileException {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new AuthFileException(file + ": too long, allowed: 1 MiB");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      throw new AuthFileException(file + ": there is no such file");
    } catch (IOException broken) {
      throw new AuthFileException(file + ": cannot be read: " + broken.getMessage());
    }
  }

  private static PublicKey publicKey(Path file) throws AuthFileException {
    Matcher pem = PEM.matcher(new String(read(file), StandardCharsets.US_ASCII));
    if (pem.find()) {
      try {
        byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
        if (pem.group(1).equals("CERTIFICATE")) {
          return CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der))
              .getPublicKey();
        }
        if (pem.group(1).equals("PUBLIC KEY")) {
          return publicKey(der);
        }
      } catch (GeneralSecurityException | IllegalArgumentException broken) {
        // told below
      }
    }
    throw new AuthFileException(file + ": allowed: a PUBLIC KEY or CERTIFICATE in PEM");
  }

  private static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
    GeneralSecurityException last = new GeneralSecurityException("no key");
    for (String kind : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
      } catch (GeneralSecurityException other) {
        last = other;
      }
    }
    throw last;
  }

  private static boolean fits(String algorithm, PublicKey key) {
    return switch (algorithm.substring(0, 2)) {
      case "RS", "PS" -> key instanceof RSAPublicKey;
      case "ES" -> key instanceof ECPublicKey;
      case "Ed" -> key instanceof EdECPublicKey;
      default -> false;
    };
  }

  @Override
  public CompletionStage<List<Key>> find(String algorithm, String kid) {
    return CompletableFuture.completedFuture(finder.apply(algorithm, kid));
  }
}
