package io.whimbrel.server.dtls;

import io.whimbrel.server.tls.KeyMaterial;
import java.security.cert.Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.security.auth.x500.X500Principal;
import org.eclipse.californium.scandium.dtls.CertificateIdentityResult;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.SignatureAndHashAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite.CertificateKeyAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.XECDHECryptography.SupportedGroup;
import org.eclipse.californium.scandium.dtls.x509.CertificateConfigurationHelper;
import org.eclipse.californium.scandium.dtls.x509.CertificateProvider;
import org.eclipse.californium.scandium.dtls.x509.ConfigurationHelperSetup;
import org.eclipse.californium.scandium.dtls.x509.SingleCertificateProvider;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;

/** Gives handshakes the broker's certificate, as it is now. Callable from every thread. */
final class DtlsCertificates implements CertificateProvider, ConfigurationHelperSetup {
  private final Supplier<DtlsSecrets> now;
  private final SingleCertificateProvider first;

  DtlsCertificates(Supplier<DtlsSecrets> now) {
    this.now = now;
    this.first = provider();
  }

  private SingleCertificateProvider provider() {
    KeyMaterial own = now.get().own().orElseThrow();
    return new SingleCertificateProvider(
        own.key(), own.chain().toArray(Certificate[]::new), CertificateType.X_509);
  }

  /** Algorithms and suites are chosen by what there was first; another key is to be of its kind. */
  @Override
  public void setupConfigurationHelper(CertificateConfigurationHelper helper) {
    first.setupConfigurationHelper(helper);
  }

  @Override
  public List<CertificateKeyAlgorithm> getSupportedCertificateKeyAlgorithms() {
    return first.getSupportedCertificateKeyAlgorithms();
  }

  @Override
  public List<CertificateType> getSupportedCertificateTypes() {
    return first.getSupportedCertificateTypes();
  }

  @Override
  public CertificateIdentityResult requestCertificateIdentity(
      ConnectionId connection,
      boolean client,
      @Nullable List<X500Principal> issuers,
      @Nullable ServerNames names,
      List<CertificateKeyAlgorithm> keyAlgorithms,
      List<SignatureAndHashAlgorithm> signatures,
      List<SupportedGroup> curves) {
    return provider()
        .requestCertificateIdentity(
            connection, client, issuers, names, keyAlgorithms, signatures, curves);
  }

  @Override
  public void setResultHandler(HandshakeResultHandler handler) {} // the answer is there at once
}
