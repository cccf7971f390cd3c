package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.server.tls.CertificateMaker;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several certificates on one port, chosen by the name that a client asks for; and sessions. */
class SniTest {
  /** Native code where there is any. */
  private static final String ANY = "default";

  /** Some of TLS 1.3 alone, which only the JDK can do. */
  private static final String JDK =
      "TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";

  @TempDir Path directory;

  private final CertificateMaker maker = maker();
  private Path more;
  private X509Certificate main;
  private X509Certificate one;
  private X509Certificate all;

  private static CertificateMaker maker() {
    try {
      return new CertificateMaker("test", Instant.now());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void makeCertificates() throws Exception {
    more = Files.createDirectory(directory.resolve("more"));
    main = put(directory, "main", "main.example");
    one = put(more, "one", "one.example", "ONE.example.org");
    all = put(more, "all", "*.example.org");
  }

  @ParameterizedTest
  @CsvSource({
    ANY + ", TLSv1.3",
    ANY + ", TLSv1.2",
    "'" + JDK + "', TLSv1.3",
    "'" + JDK + "', TLSv1.2"
  })
  void showsTheCertificateOfTheNameAskedFor(String ciphers, String protocol) throws Exception {
    try (TestBroker broker = broker("tls.ciphers", ciphers)) {
      assertThat(shown(broker, protocol, "one.example")).isEqualTo(one);
      assertThat(shown(broker, protocol, "One.Example")).isEqualTo(one);
      assertThat(shown(broker, protocol, "one.example.org"))
          .as("a name before a wildcard")
          .isEqualTo(one);
      assertThat(shown(broker, protocol, "two.example.org")).isEqualTo(all);
      assertThat(shown(broker, protocol, "a.two.example.org"))
          .as("a wildcard is one label")
          .isEqualTo(main);
      assertThat(shown(broker, protocol, "example.org")).isEqualTo(main);
      assertThat(shown(broker, protocol, "main.example")).isEqualTo(main);
      assertThat(shown(broker, protocol, "elsewhere.example")).isEqualTo(main);
      assertThat(shown(broker, protocol, "")).as("no name").isEqualTo(main);
    }
  }

  @Test
  void readsEveryForm() throws Exception {
    CertificateMaker.Made inside = maker.server(List.of("inside.example"));
    Files.writeString(more.resolve("inside.pem"), inside.certificatePem() + inside.keyPem());
    CertificateMaker.Made packed = maker.server(List.of("packed.example"));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    store.setKeyEntry(
        "key",
        packed.keys().getPrivate(),
        "secret".toCharArray(),
        new Certificate[] {packed.certificate()});
    try (var out = Files.newOutputStream(more.resolve("packed.p12"))) {
      store.store(out, "secret".toCharArray());
    }
    Files.createDirectory(more.resolve("..data")); // as container platforms have it
    try (TestBroker broker = broker("tls.key-password", "secret")) {
      assertThat(shown(broker, "TLSv1.3", "inside.example")).isEqualTo(inside.certificate());
      assertThat(shown(broker, "TLSv1.3", "packed.example")).isEqualTo(packed.certificate());
    }
  }

  @Test
  void takesUpWhatIsPutThere() throws Exception {
    try (TestBroker broker = broker()) {
      assertThat(shown(broker, "TLSv1.3", "new.example")).isEqualTo(main);

      X509Certificate added = put(more, "new", "new.example");
      broker.awaitMetric("whimbrel_reloads_total", done -> done >= 1);
      assertThat(shown(broker, "TLSv1.3", "new.example")).isEqualTo(added);

      double before = broker.metric("whimbrel_reloads_total");
      Files.delete(more.resolve("new.key"));
      Files.delete(more.resolve("new.pem"));
      broker.awaitMetric("whimbrel_reloads_total", done -> done > before);
      assertThat(shown(broker, "TLSv1.3", "new.example")).isEqualTo(main);
    }
  }

  @Test
  void keepsAllOfTheOldWhereOneOfTheNewIsBroken() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.config");
        TestBroker broker = broker()) {
      put(directory, "main", "main.example"); // renewed, and right
      Files.writeString(more.resolve("broken.pem"), "nothing");
      broker.awaitMetric("whimbrel_reloads_refused_total", refused -> refused >= 1);

      log.await("NOT read again, the old stays in force: " + more.resolve("broken.pem"));
      assertThat(shown(broker, "TLSv1.3", "one.example")).isEqualTo(one);

      Files.delete(more.resolve("broken.pem"));
      broker.awaitMetric("whimbrel_reloads_total", done -> done >= 1);
      assertThat(shown(broker, "TLSv1.3", "one.example")).isEqualTo(one);
      assertThat(shown(broker, "TLSv1.3", "")).isNotEqualTo(main);
    }
  }

  @Test
  void refusesTwoCertificatesForOneName() throws Exception {
    put(more, "two", "two.example", "one.example");

    assertRefused(more.resolve("two.pem") + ": it is for one.example, and so is ");
  }

  @ParameterizedTest
  @CsvSource({
    "readme.txt, allowed are NAME.pem with NAME.key",
    "one.pem~, allowed are NAME.pem with NAME.key",
    "alone.key, its certificate is not there",
    "alone.pem, there is no private key in it",
    "alone.p12, it is neither PEM nor a PKCS#12 file",
  })
  void refusesWhatItCannotUse(String name, String why) throws Exception {
    Files.writeString(more.resolve(name), Files.readString(more.resolve("one.pem")));
    if (name.endsWith(".p12")) {
      Files.writeString(more.resolve(name), "nothing");
    }

    assertRefused(more.resolve(name) + ": " + why);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, no DNS name among its Subject Alternative Names",
    "*, nobody can ask for its DNS name '*'",
    "a*.example, nobody can ask for its DNS name 'a*.example'",
    "a.*.example, nobody can ask for its DNS name",
  })
  void refusesACertificateThatNobodyCanAskFor(String name, String why) throws Exception {
    put(more, "odd", name);

    assertRefused(more.resolve("odd.pem") + ": " + why);
  }

  @Test
  void refusesADirectoryThatIsNone() {
    assertThatThrownBy(() -> broker("tls.sni-directory", directory.resolve("none").toString()))
        .isInstanceOf(StartException.class)
        .hasMessage(directory.resolve("none") + ": it is no directory that can be read");
  }

  @ParameterizedTest
  @CsvSource({
    ANY + ", TLSv1.3",
    ANY + ", TLSv1.2",
    "'" + JDK + "', TLSv1.3",
    "'" + JDK + "', TLSv1.2"
  })
  void aSessionIsResumedWhileItsFilesHold(String ciphers, String protocol) throws Exception {
    try (TestBroker broker = broker("tls.ciphers", ciphers)) {
      for (String name : List.of("one.example", "two.example.org", "main.example")) {
        AtomicInteger shown = new AtomicInteger();
        SSLContext context = TestTls.trusting(maker.authority().certificate(), shown);
        converse(broker, context, protocol, name);
        assertThat(shown).as("the first time").hasValue(1);
        converse(broker, context, protocol, name);
        assertThat(shown).as("resumed").hasValue(1);

        double before = broker.metric("whimbrel_reloads_total");
        put(more, "one", "one.example", "one.example.org");
        broker.awaitMetric("whimbrel_reloads_total", done -> done > before);
        converse(broker, context, protocol, name);
        assertThat(shown).as("the files were read again").hasValue(2);
      }
    }
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::broker)
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(message)
        .message()
        .doesNotContain("\n");
  }

  private TestBroker broker(String... settings) throws Exception {
    String[] all = new String[settings.length + 8];
    all[0] = "listeners.tls-port";
    all[1] = "any";
    all[2] = "tls.certificate";
    all[3] = directory.resolve("main.pem").toString();
    all[4] = "tls.key";
    all[5] = directory.resolve("main.key").toString();
    all[6] = "tls.sni-directory";
    all[7] = more.toString();
    System.arraycopy(settings, 0, all, 8, settings.length);
    return new TestBroker(all);
  }

  /** Puts the certificate there before its key, each in one step. */
  private X509Certificate put(Path to, String name, String... hosts) throws Exception {
    CertificateMaker.Made made = maker.server(List.of(hosts));
    put(to.resolve(name + ".key"), made.keyPem());
    put(to.resolve(name + ".pem"), made.certificatePem());
    return made.certificate();
  }

  private void put(Path file, String text) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), text);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private Certificate shown(TestBroker broker, String protocol, String name) throws Exception {
    SSLContext context = TestTls.trusting(maker.authority().certificate());
    try (SSLSocket socket = socket(broker, context, protocol, name)) {
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  /** As far as CONNACK, behind which the client has all that it may resume with. */
  private static void converse(TestBroker broker, SSLContext context, String protocol, String name)
      throws Exception {
    try (RawClient client =
        new RawClient(socket(broker, context, protocol, name), ProtocolVersion.MQTT_5)) {
      client.send(RawClient.connect(ProtocolVersion.MQTT_5, "c"));
      client.read(Connack.class);
    }
  }

  private static SSLSocket socket(
      TestBroker broker, SSLContext context, String protocol, String name) throws IOException {
    int port = broker.port(Listening.Kind.TLS);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setEnabledProtocols(new String[] {protocol});
    SSLParameters parameters = socket.getSSLParameters();
    List<SNIServerName> names = name.isEmpty() ? List.of() : List.of(new SNIHostName(name));
    parameters.setServerNames(names);
    socket.setSSLParameters(parameters);
    return socket;
  }
}
