package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.Listening;
import io.whimbrel.server.Server;
import io.whimbrel.server.config.ServerConfig;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** From nothing to an encrypted broker. */
class SelfSignedCommandTest {
  @TempDir Path directory;

  private final StringWriter said = new StringWriter();

  @Test
  void whatItMakesServesAClientThatChecksTheName() throws Exception {
    assertThat(run("--client", "alice")).isZero();
    assertThat(names())
        .containsExactlyInAnyOrder(
            "ca.pem", "ca.key", "server.pem", "server.key", "client-alice.pem", "client-alice.key");
    assertThat(Files.getPosixFilePermissions(directory.resolve("ca.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    Server server =
        Server.start(
            ServerConfig.of(
                Map.of(
                    "listeners.tcp-port", "0",
                    "listeners.websocket-port", "0",
                    "listeners.tls-port", "any",
                    "listeners.tcp-durability", "memory",
                    "http.port", "0",
                    "tls.certificate", directory.resolve("server.pem").toString(),
                    "tls.key", directory.resolve("server.key").toString())));
    try {
      Listening tls = server.listening().get(0);
      assertThat(tls.kind()).isEqualTo(Listening.Kind.TLS);
      for (String host : new String[] {"localhost", "127.0.0.1"}) {
        try (SSLSocket socket =
            (SSLSocket) trusting().getSocketFactory().createSocket(host, tls.port())) {
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
          socket.setSSLParameters(parameters);
          socket.startHandshake();
        }
      }
    } finally {
      server.stop();
    }
  }

  @Test
  void nothingThatIsThereIsReplaced() throws Exception {
    Files.writeString(directory.resolve("ca.key"), "mine");

    assertThat(run()).isEqualTo(1);
    assertThat(said.toString()).contains("ca.key is there already").hasLineCount(1);
    assertThat(Files.readString(directory.resolve("ca.key"))).isEqualTo("mine");
  }

  @Test
  void furtherClientsComeFromTheSameAuthority() throws Exception {
    assertThat(run()).isZero();
    byte[] ca = Files.readAllBytes(directory.resolve("ca.pem"));
    assertThat(run("--client", "bob")).isZero();

    assertThat(Files.readAllBytes(directory.resolve("ca.pem"))).isEqualTo(ca);
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    try (InputStream authority = Files.newInputStream(directory.resolve("ca.pem"));
        InputStream client = Files.newInputStream(directory.resolve("client-bob.pem"))) {
      factory
          .generateCertificate(client)
          .verify(factory.generateCertificate(authority).getPublicKey());
    }
    assertThat(run("--client", "bob")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", "", ".."})
  void aClientsNameIsNoPath(String name) throws Exception {
    assertThat(run("--client", name)).isEqualTo(2);
    assertThat(names()).isEmpty();
  }

  private SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    try (InputStream in = Files.newInputStream(directory.resolve("ca.pem"))) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private Set<String> names() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private int run(String... words) {
    CommandLine command = TlsCommand.commandLine();
    PrintWriter writer = new PrintWriter(said, true);
    command.setOut(writer).setErr(writer);
    String[] all = new String[words.length + 3];
    all[0] = "self-signed";
    all[1] = "--dir";
    all[2] = directory.toString();
    System.arraycopy(words, 0, all, 3, words.length);
    return command.execute(all);
  }
}
