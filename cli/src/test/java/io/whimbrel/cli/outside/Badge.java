package io.whimbrel.cli.outside;

import io.whimbrel.server.tls.CertificateMaker;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a client shows where links are encrypted, and whom it trusts itself.
 *
 * @param keys its certificate with the key, or none
 */
record Badge(String user, String password, KeyManagerFactory keys, TrustManagerFactory trust) {
  private static final char[] NONE = new char[0];

  /** One that trusts an authority and has a certificate of another, or the same. */
  static Badge of(String user, String password, CertificateMaker trusted, CertificateMaker.Made own)
      throws GeneralSecurityException {
    KeyStore shown = store();
    shown.setKeyEntry("own", own.keys().getPrivate(), NONE, new Certificate[] {own.certificate()});
    return of(user, password, trusted, shown);
  }

  /** One that has no certificate. */
  static Badge without(String user, String password, CertificateMaker trusted)
      throws GeneralSecurityException {
    return of(user, password, trusted, store());
  }

  private static Badge of(String user, String password, CertificateMaker trusted, KeyStore shown)
      throws GeneralSecurityException {
    KeyStore authorities = store();
    authorities.setCertificateEntry("ca", trusted.authority().certificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(authorities);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(shown, NONE);
    return new Badge(user, password, keys, trust);
  }

  private static KeyStore store() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, NONE);
    } catch (java.io.IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return store;
  }

  SSLContext context() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
