package io.whimbrel.server.rights;

import io.whimbrel.server.config.Glob;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
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
    List<Part> parts = partsOf(text);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("parts of a subject, such as O=Acme,OU=Plant*, or *");
    }
    return new SubjectPattern(parts);
  }

  /** None where it is no distinguished name. */
  private static List<Part> partsOf(String name) {
    List<Part> parts = new ArrayList<>();
    try {
      for (Rdn rdn : new LdapName(name).getRdns()) {
        if (rdn.size() == 0) { // behind a comma at the end
          return List.of();
        }
        for (Attribute part : Collections.list(rdn.toAttributes().getAll())) {
          parts.add(new Part(part.getID(), new Glob(String.valueOf(part.get()))));
        }
      }
      return List.copyOf(parts);
    } catch (NamingException wrong) {
      return List.of();
    }
  }

  boolean matches(@Nullable X509Certificate certificate) {
    if (certificate == null) {
      return false;
    }
    List<Part> theirs = partsOf(certificate.getSubjectX500Principal().getName());
    return parts.stream().allMatch(part -> theirs.stream().anyMatch(own -> isIn(own, part)));
  }

  private static boolean isIn(Part own, Part part) {
    return own.type().equalsIgnoreCase(part.type()) && part.value().matches(own.value().text());
  }
}
