package io.whimbrel.server.rights;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a certificate's subject, such as {@code O=Acme,OU=Plant*}: each has to be one of the
 * subject's own, so that no value can pretend to be another part. Immutable.
 */
record SubjectPattern(List<Part> parts) {

  /** One attribute and its value. */
  record Part(String type, Glob value) {}

  /**
   * Reads one; {@code *} alone is any certificate.
   *
   * @throws IllegalArgumentException it is none; the message says what is allowed
   */
  static SubjectPattern of(String text) {
    if (text.equals("*")) {
      return new SubjectPattern(List.of());
    }
    try {
      List<Part> parts =
          new LdapName(text)
              .getRdns().stream().map(rdn -> new Part(rdn.getType(), glob(rdn))).toList();
      if (!parts.isEmpty()) {
        return new SubjectPattern(parts);
      }
    } catch (InvalidNameException wrong) {
      // as where there are none
    }
    throw new IllegalArgumentException("parts of a subject, such as O=Acme,OU=Plant*, or *");
  }

  private static Glob glob(Rdn rdn) {
    return new Glob(String.valueOf(rdn.getValue()));
  }

  boolean matches(@Nullable X509Certificate certificate) {
    if (certificate == null) {
      return false;
    }
    try {
      List<Rdn> theirs = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
      return parts.stream().allMatch(part -> theirs.stream().anyMatch(rdn -> isIn(rdn, part)));
    } catch (InvalidNameException damaged) {
      return false;
    }
  }

  private static boolean isIn(Rdn rdn, Part part) {
    return rdn.getType().equalsIgnoreCase(part.type())
        && rdn.getValue() instanceof String value
        && part.value().matches(value);
  }
}
