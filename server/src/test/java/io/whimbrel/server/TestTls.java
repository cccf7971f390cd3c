package io.whimbrel.server;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The client's side of TLS in tests. */
final class TestTls {
  private static final Path FILES = Path.of("src/test/resources/tls");

  private TestTls() {}

  /** Something that happens in the middle of a handshake. */
  @FunctionalInterface
  interface Meanwhile {
    void happen() throws Exception;
  }

  /** Carries the first message of a handshake, and the second when something has happened. */
  static final class Held extends Socket {
    private final Meanwhile meanwhile;
    private int messages;

    Held(int port, Meanwhile meanwhile) throws IOException {
      super(InetAddress.getLoopbackAddress(), port);
      this.meanwhile = meanwhile;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
          if (++messages == 2) {
            try {
              meanwhile.happen();
            } catch (Exception failed) {
              throw new IllegalStateException(failed);
            }
          }
          out.write(bytes, from, count);
        }
      };
    }
  }

  /** Trusts what this authority has issued. */
  static SSLContext trusting(X509Certificate authority) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trust(authority)}, null);
    return context;
  }

  /** The same; counts certificates that are shown, which a session that is resumed does not do. */
  static SSLContext trusting(X509Certificate authority, AtomicInteger shown, KeyManager... keys)
      throws Exception {
    X509TrustManager trust = trust(authority);
    X509TrustManager counting =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("it is a client's");
          }

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type)
              throws CertificateException {
            shown.incrementAndGet();
            trust.checkServerTrusted(chain, type);
          }

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return trust.getAcceptedIssuers();
          }
        };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {counting}, null);
    return context;
  }

  private static X509TrustManager trust(X509Certificate authority) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, new char[0]);
    trusted.setCertificateEntry("ca", authority);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  /** One of the files. */
  static X509Certificate certificate(String name) throws Exception {
    try (InputStream in = Files.newInputStream(FILES.resolve(name + ".pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
