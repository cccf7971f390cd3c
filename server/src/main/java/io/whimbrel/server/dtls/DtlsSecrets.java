package io.whimbrel.server.dtls;

import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.tls.KeyMaterial;
import io.whimbrel.server.tls.TlsFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Whether a device of this identity may still come. */
  boolean has(String identity) {
    return keys.containsKey(identity);
  }

  /** Without anything secret. */
  @Override
  public String toString() {
    return "DtlsSecrets[" + keys.size() + " keys]";
  }
}
