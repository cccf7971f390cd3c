package io.whimbrel.cli.mqtt;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What a server shows to say who it is: whether that is to be believed. Used by one thread. */
final class Chain {
  private static final int DNS = 2;
  private static final int IP = 7;

  private List<X509Certificate> shown = List.of();
  private String kind = "UNKNOWN";

  /** Takes any chain and keeps it, for a handshake over which nothing is sent. */
  TrustManager keeper() {
    return new X509TrustManager() {
      @Override
      public void checkServerTrusted(X509Certificate[] chain, String authType) {
        shown = List.of(chain);
        kind = authType;
      }

      @Override
      public void checkClientTrusted(X509Certificate[] chain, String authType)
          throws CertificateException {
        throw new CertificateException("nobody is a client here");
      }

      @Override
      public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
      }
    };
  }

  /** The server's own first; empty before a handshake. */
  List<X509Certificate> shown() {
    return shown;
  }

  /**
   * Why it is not trusted, or empty.
   *
   * @param authorities a PEM file, or null for those of the JDK
   */
  String distrust(@Nullable String authorities) {
    try {
      for (TrustManager each : managers(authorities)) {
        if (each instanceof X509TrustManager judge) {
          judge.checkServerTrusted(shown.toArray(new X509Certificate[0]), kind);
        }
      }
      return "";
    } catch (IOException | GeneralSecurityException | IllegalArgumentException refused) {
      return Target.words(refused);
    }
  }

  private static TrustManager[] managers(@Nullable String authorities)
      throws IOException, GeneralSecurityException {
    KeyStore store = null;
    if (authorities != null) {
      store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      try (InputStream in = new FileInputStream(authorities)) {
        for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          store.setCertificateEntry("ca" + store.size(), each);
        }
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  // ---------------------------------------------------------------- its names

  /** Names and addresses that the server's own certificate is for. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = shown.get(0).getSubjectAlternativeNames();
      for (List<?> each : all == null ? List.<List<?>>of() : all) {
        int type = (Integer) each.get(0);
        if (type == DNS || type == IP) {
          names.add(String.valueOf(each.get(1)));
        }
      }
    } catch (CertificateParsingException unreadable) {
      return List.of();
    }
    return names;
  }

  /** Whether one of the names is that of a host (RFC 6125, 6.4). */
  boolean isFor(String host) {
    return names().stream().anyMatch(name -> matches(name, host));
  }

  private static boolean matches(String name, String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String given = name.toLowerCase(Locale.ROOT);
    if (given.startsWith("*.")) {
      int dot = wanted.indexOf('.');
      return dot > 0 && wanted.substring(dot).equals(given.substring(1));
    }
    return given.equals(wanted) || (isAddress(wanted) && isAddress(given) && same(given, wanted));
  }

  private static boolean isAddress(String text) {
    return text.indexOf(':') >= 0 || text.matches("[0-9.]+");
  }

  /** ::1 has many spellings. */
  private static boolean same(String one, String other) {
    try {
      return InetAddress.getByName(one).equals(InetAddress.getByName(other));
    } catch (UnknownHostException none) {
      return false;
    }
  }
}
