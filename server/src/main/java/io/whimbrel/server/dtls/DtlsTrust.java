package io.whimbrel.server.dtls;

import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.security.auth.x500.X500Principal;
import org.eclipse.californium.scandium.dtls.CertificateMessage;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.CertificateVerificationResult;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.x509.NewAdvancedCertificateVerifier;
import org.eclipse.californium.scandium.dtls.x509.StaticNewAdvancedCertificateVerifier;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;

/** Judges the certificates of devices by whom is trusted now. Callable from every thread. */
final class DtlsTrust implements NewAdvancedCertificateVerifier {
  private final Supplier<DtlsSecrets> now;

  DtlsTrust(Supplier<DtlsSecrets> now) {
    this.now = now;
  }

  private NewAdvancedCertificateVerifier verifier() {
    return StaticNewAdvancedCertificateVerifier.builder()
        .setTrustedCertificates(now.get().trusted().toArray(Certificate[]::new))
        .build();
  }

  @Override
  public List<CertificateType> getSupportedCertificateTypes() {
    return List.of(CertificateType.X_509);
  }

  @Override
  public CertificateVerificationResult verifyCertificate(
      ConnectionId connection,
      @Nullable ServerNames names,
      InetSocketAddress peer,
      boolean clientUsage,
      boolean verifySubject,
      boolean truncate,
      CertificateMessage message) {
    return verifier()
        .verifyCertificate(connection, names, peer, clientUsage, verifySubject, truncate, message);
  }

  @Override
  public List<X500Principal> getAcceptedIssuers() {
    return verifier().getAcceptedIssuers();
  }

  @Override
  public void setResultHandler(HandshakeResultHandler handler) {} // the answer is there at once
}
