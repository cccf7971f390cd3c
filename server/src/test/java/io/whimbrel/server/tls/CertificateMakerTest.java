package io.whimbrel.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is issued is believed by whoever believes the authority. */
class CertificateMakerTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  @TempDir Path directory;

  @Test
  void anAuthorityVouchesForWhatItIssues() throws Exception {
    CertificateMaker maker = new CertificateMaker("Our CA, \"for\" tests", NOW);
    CertificateMaker other = new CertificateMaker("Our CA, \"for\" tests", NOW);
    X509Certificate server = maker.server(List.of("localhost", "10.0.0.7", "::1")).certificate();
    X509Certificate client = maker.client("alice+1, #2").certificate();

    for (X509Certificate issued : List.of(server, client)) {
      assertThat(isVouchedFor(issued, maker, NOW)).isTrue();
      assertThat(isVouchedFor(issued, maker, NOW.plusSeconds(900L * 86_400))).isFalse();
      assertThat(isVouchedFor(issued, other, NOW)).isFalse();
    }
    assertThat(server.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .containsExactly("localhost", "10.0.0.7", "0:0:0:0:0:0:0:1");
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(client.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(client.getSubjectX500Principal().getName()).isEqualTo("CN=alice\\+1\\, \\#2");
    assertThat(maker.authority().certificate().getBasicConstraints()).isNotNegative();
    assertThat(server.getBasicConstraints()).isNegative();
    assertThat(server.getSerialNumber()).isPositive().isNotEqualTo(client.getSerialNumber());
  }

  @Test
  void timesBeyondTheCenturysHalfAreWrittenInTheLongForm() throws Exception {
    Instant late = Instant.parse("2049-12-31T23:00:00Z");
    X509Certificate certificate = new CertificateMaker("late", late).authority().certificate();

    assertThat(certificate.getNotBefore()).isEqualTo(Instant.parse("2049-12-31T22:00:00Z"));
    assertThat(certificate.getNotAfter()).isAfter(Instant.parse("2059-01-01T00:00:00Z"));
  }

  @Test
  void whatIsWrittenIsWhatIsRead() throws Exception {
    CertificateMaker.Made made = new CertificateMaker("ca", NOW).server(List.of("localhost"));
    Path certificate = Files.writeString(directory.resolve("c"), made.certificatePem());
    Path key = Files.writeString(directory.resolve("k"), made.keyPem());
    KeyMaterial read = KeyMaterial.read(certificate, key, "");

    assertThat(read.chain()).containsExactly(made.certificate());
    assertThat(read.key().getEncoded()).isEqualTo(made.keys().getPrivate().getEncoded());
  }

  private static boolean isVouchedFor(X509Certificate issued, CertificateMaker maker, Instant at)
      throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(maker.authority().certificate(), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(at));
    try {
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(issued)),
              parameters);
      return true;
    } catch (java.security.cert.CertPathValidatorException refused) {
      return false;
    }
  }
}
