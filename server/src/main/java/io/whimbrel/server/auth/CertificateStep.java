package io.whimbrel.server.auth;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.config.ServerConfig.CertificateUser;
import io.whimbrel.server.tls.CertificateNames;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;

/**
 * Whoever shows a certificate is who it names.
 *
 * @param userFrom what in it is the name
 */
record CertificateStep(CertificateUser userFrom) implements Step {
  @Override
  public void ask(Visit visit, Verdict verdict) {
    X509Certificate certificate = visit.origin().certificate();
    if (certificate == null) {
      verdict.pass();
      return;
    }
    Optional<String> named = CertificateNames.user(certificate, userFrom);
    named.ifPresentOrElse(
        name -> verdict.accept(Verified.of(name, "certificate", Set.of())),
        () -> verdict.refuse(ReasonCode.NOT_AUTHORIZED));
  }
}
