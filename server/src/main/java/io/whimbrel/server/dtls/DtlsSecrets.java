package io.whimbrel.server.dtls;

import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.tls.KeyMaterial;
import io.whimbrel.server.tls.TlsFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.cert.CertPath;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.californium.elements.auth.PreSharedKeyIdentity;
import org.eclipse.californium.elements.auth.X509CertPath;
import org.eclipse.californium.elements.util.CertPathUtil;
import org.jspecify.annotations.Nullable;

/**
 * What a link of DTLS knows: keys of devices, its own certificate, and whose certificates count.
 * Immutable.
 *
 * @param keys by identity; empty where there are none
 */
record DtlsSecrets(
    Map<String, byte[]> keys, Optional<KeyMaterial> own, List<X509Certificate> trusted) {

  /** Reads the files. */
  static DtlsSecrets read(SnLinkConfig.Dtls config) throws AuthFileException, TlsFileException {
    Map<String, byte[]> keys =
        config.pskFile().isPresent() ? PskFile.read(config.pskFile().get()) : Map.of();
    if (config.certificate().isEmpty()) {
      return new DtlsSecrets(keys, Optional.empty(), List.of());
    }
    Path certificate = config.certificate().get();
    KeyMaterial own = KeyMaterial.read(certificate, config.key().orElse(certificate), "");
    return new DtlsSecrets(
        keys, Optional.of(own), KeyMaterial.certificates(config.ca().orElseThrow()));
  }

  /** The files it comes from. */
  static List<Path> files(SnLinkConfig.Dtls config) {
    List<Path> files = new ArrayList<>();
    config.pskFile().ifPresent(files::add);
    config.certificate().ifPresent(files::add);
    config.key().ifPresent(files::add);
    config.ca().ifPresent(files::add);
    return files;
  }

  /** Whether who has proved this would be let in now: by the key it used, or its certificate. */
  boolean serves(@Nullable Principal who) {
    if (who instanceof PreSharedKeyIdentity psk) {
      return DtlsUsedKey.isOf(psk, keys.get(psk.getIdentity()));
    }
    return who instanceof X509CertPath shown && trusts(shown.getPath());
  }

  private boolean trusts(CertPath path) {
    if (trusted.isEmpty()) {
      return false; // to the library that would be everybody
    }
    try {
      CertPathUtil.validateCertificatePathWithIssuer(
          true, path, trusted.toArray(X509Certificate[]::new));
      return true;
    } catch (GeneralSecurityException untrusted) {
      return false;
    }
  }

  /** Without anything secret. */
  @Override
  public String toString() {
    return "DtlsSecrets[" + keys.size() + " keys]";
  }
}
