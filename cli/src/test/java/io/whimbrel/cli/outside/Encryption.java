package io.whimbrel.cli.outside;

import io.whimbrel.server.tls.CertificateMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;

/** An authority with a broker's certificate, as files in a directory. */
record Encryption(CertificateMaker authority, CertificateMaker.Made server) {
  static Encryption make(String name) throws GeneralSecurityException {
    CertificateMaker authority = new CertificateMaker(name, Instant.now());
    return new Encryption(authority, authority.server(List.of("127.0.0.1", "localhost")));
  }

  /** Another certificate of the same authority. */
  Encryption renewed() throws GeneralSecurityException {
    return new Encryption(authority, authority.server(List.of("127.0.0.1", "localhost")));
  }

  /** Writes {@code server.key}, {@code server.pem} and {@code ca.pem}. */
  void write(Path directory) throws IOException, GeneralSecurityException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("server.key"), server.keyPem());
    Files.writeString(directory.resolve("server.pem"), server.certificatePem());
    Files.writeString(directory.resolve("ca.pem"), authority.authority().certificatePem());
  }

  /** What the broker has to be told of such a directory. */
  static List<String> flags(Path directory) {
    return List.of(
        "--tls-port",
        "any",
        "--wss-port",
        "any",
        "--cert",
        directory.resolve("server.pem").toString(),
        "--key",
        directory.resolve("server.key").toString(),
        "--cafile",
        directory.resolve("ca.pem").toString(),
        "--require-client-cert");
  }
}
