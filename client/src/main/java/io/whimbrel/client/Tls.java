package io.whimbrel.client;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is encrypted: TLS 1.2 or 1.3, the server's certificate trusted by the
 * authorities of the JDK and naming its host, unless said otherwise here. Immutable.
 */
public final class Tls {
  /** The authorities of the JDK, and no certificate of the client's own. */
  public static final Tls DEFAULT = new Tls(null, null, null, "", true);

  private final @Nullable Path authorities;
  private final @Nullable Path certificate;
  private final @Nullable Path key;
  private final String password;
  private final boolean verifiesHost;

  private Tls(
      @Nullable Path authorities,
      @Nullable Path certificate,
      @Nullable Path key,
      String password,
      boolean verifiesHost) {
    this.authorities = authorities;
    this.certificate = certificate;
    this.key = key;
    this.password = password;
    this.verifiesHost = verifiesHost;
  }

  /** Trusts the certificates of this PEM file and no others. */
  public static Tls trusting(Path pem) {
    return new Tls(pem, null, null, "", true);
  }

  /** The same, trusting the certificates of a PEM file and no others. */
  public Tls trust(Path pem) {
    return new Tls(pem, certificate, key, password, verifiesHost);
  }

  /**
   * The client shows this certificate.
   *
   * @param chain a PEM file, the client's own certificate first
   * @param privateKey a PEM file with a PKCS#8 key
   * @param keyPassword empty where the key is not encrypted
   */
  public Tls identity(Path chain, Path privateKey, String keyPassword) {
    return new Tls(authorities, chain, privateKey, keyPassword, verifiesHost);
  }

  /**
   * The client shows the certificate of a PKCS#12 file.
   *
   * @param storePassword of the file and of its key
   */
  public Tls identity(Path pkcs12, String storePassword) {
    return new Tls(authorities, pkcs12, null, storePassword, verifiesHost);
  }

  /** Takes a certificate that names another host: whoever has any trusted one can listen in. */
  public Tls withoutHostVerification() {
    return new Tls(authorities, certificate, key, password, false);
  }

  boolean verifiesHost() {
    return verifiesHost;
  }

  /** Reads the files, once for each client. */
  SslContext context() {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2");
      if (authorities != null) {
        if (isPem(authorities)) {
          builder.trustManager(authorities.toFile());
        } else {
          TrustManagerFactory trust =
              TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
          trust.init(store(authorities));
          builder.trustManager(trust);
        }
      }
      if (certificate != null && key != null) {
        builder.keyManager(
            certificate.toFile(), key.toFile(), password.isEmpty() ? null : password);
      } else if (certificate != null) {
        KeyManagerFactory keys =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(certificate), password.toCharArray());
        builder.keyManager(keys);
      }
      return builder.build();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
      throw new IllegalArgumentException(
          "TLS files cannot be used: "
              + unusable.getMessage()
              + " ("
              + authorities
              + ", "
              + certificate
              + ", "
              + key
              + ")",
          unusable);
    }
  }

  private static boolean isPem(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() != 0x30; // DER begins with a SEQUENCE
    }
  }

  private KeyStore store(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
    }
    return store;
  }
}
