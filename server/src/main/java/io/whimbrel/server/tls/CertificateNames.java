package io.whimbrel.server.tls;

import io.whimbrel.server.config.ServerConfig.CertificateUser;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The names in a certificate, of which one is a user's. */
public final class CertificateNames {
  // GeneralName, RFC 5280, 4.2.1.6
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;

  private CertificateNames() {}

  /** The user name, or empty where the certificate has none of that kind. */
  public static Optional<String> user(X509Certificate certificate, CertificateUser from) {
    String subject = certificate.getSubjectX500Principal().getName();
    Optional<String> name =
        switch (from) {
          case NONE -> Optional.empty();
          case SUBJECT -> Optional.of(subject);
          case CN -> commonName(subject);
          case DNS -> alternative(certificate, DNS);
          case EMAIL -> alternative(certificate, EMAIL);
          case URI -> alternative(certificate, URI);
        };
    return name.filter(text -> !text.isEmpty());
  }

  private static Optional<String> commonName(String subject) {
    try {
      for (Rdn rdn : new LdapName(subject).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof String name) {
          return Optional.of(name);
        }
      }
    } catch (InvalidNameException damaged) {
      // as none
    }
    return Optional.empty();
  }

  private static Optional<String> alternative(X509Certificate certificate, int kind) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0).equals(kind) && name.get(1) instanceof String text) {
            return Optional.of(text);
          }
        }
      }
    } catch (CertificateParsingException damaged) {
      // as none
    }
    return Optional.empty();
  }
}
