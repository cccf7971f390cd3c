package io.whimbrel.server.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.whimbrel.server.config.Closest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;

/** Which engine can offer the cipher suites that are asked for, and no others. */
final class CipherSuites {
  private static final String KEY = "tls.ciphers: ";

  private CipherSuites() {}

  /**
   * The faster of those engines.
   *
   * @param asked names; empty: what an engine has
   */
  static SslProvider engine(List<String> asked) throws TlsFileException {
    if (OpenSsl.isAvailable() && openSslOffers(asked)) {
      return SslProvider.OPENSSL_REFCNT;
    }
    Set<String> known = ofTheJdk();
    for (String name : asked) {
      if (!known.contains(name)) {
        known.addAll(OpenSsl.availableJavaCipherSuites());
        throw new TlsFileException(KEY + name + " is not to be had here" + hint(name, known));
      }
    }
    return SslProvider.JDK;
  }

  /** BoringSSL offers all of TLS 1.3 or none, whatever it is told. */
  private static boolean openSslOffers(List<String> asked) {
    Set<String> known = OpenSsl.availableJavaCipherSuites();
    List<String> newest = known.stream().filter(CipherSuites::isNewest).toList();
    return known.containsAll(asked)
        && (asked.stream().noneMatch(CipherSuites::isNewest) || asked.containsAll(newest));
  }

  /** Those of TLS 1.3 do not name a key exchange. */
  private static boolean isNewest(String name) {
    return !name.contains("_WITH_");
  }

  private static Set<String> ofTheJdk() {
    try {
      return new TreeSet<>(
          List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites()));
    } catch (NoSuchAlgorithmException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static String hint(String name, Set<String> known) {
    known.removeIf(each -> each.startsWith("SSL_") || each.contains("_CBC_"));
    return Closest.to(name, known)
        .map(near -> ", did you mean " + near + "?")
        .orElse("; there are " + String.join(", ", known) + ", and older ones");
  }

  /**
   * Checks that a handshake can succeed.
   *
   * @param algorithm of the key of the broker
   */
  static void check(List<String> asked, String algorithm) throws TlsFileException {
    String signature = "_" + (algorithm.equals("EC") ? "ECDSA" : algorithm) + "_";
    if (!asked.isEmpty()
        && asked.stream().noneMatch(name -> isNewest(name) || name.contains(signature))) {
      throw new TlsFileException(
          KEY + "none of them goes with the key of tls.certificate, which is " + algorithm);
    }
  }
}
