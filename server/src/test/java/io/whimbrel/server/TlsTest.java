package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT over TLS: real handshakes, real files. */
class TlsTest {
  // The password is "gr8 pass"; by mosquitto_passwd.
  private static final String BOB =
      "bob:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";

  private static final Path FILES = Path.of("src/test/resources/tls");
  private static final char[] NONE = new char[0];

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, server.pem, server.key, ''",
    "TLSv1.2, server.pem, server.key, ''",
    "TLSv1.3, server.pem, server-sec1.key, ''",
    "TLSv1.3, server.pem, server-encrypted.key, secret",
    "TLSv1.3, server.p12, server.p12, secret",
  })
  void carriesMessagesAndEndsInGoodOrder(
      String protocol, String certificate, String key, String password) throws Exception {
    try (TestBroker broker =
            broker(
                "tls.certificate", file(certificate),
                "tls.key", file(key),
                "tls.key-password", password);
        RawClient client = connected(broker, context(null), protocol)) {
      byte[] payload = new byte[300_000];
      payload[299_999] = 7;
      client.subscribe("t", Qos.AT_LEAST_ONCE);
      client.publish("t", payload, Qos.AT_LEAST_ONCE, 1);
      boolean acknowledged = false;
      Publish heard = null;
      while (!acknowledged || heard == null) {
        var packet = client.read(io.whimbrel.codec.Packet.class);
        acknowledged |= packet instanceof Puback;
        heard = packet instanceof Publish publish ? publish : heard;
      }

      assertThat(heard.payload()).isEqualTo(payload);
      assertThat(((SSLSocket) client.socket).getSession().getProtocol()).isEqualTo(protocol);

      broker.server.stop();
      assertThat(client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
      assertThat(client.socket.getInputStream().read())
          .as("an end that nobody on the way can have made up")
          .isEqualTo(-1);
    }
  }

  @Test
  void carriesWebSocketsAsWell() throws Exception {
    try (TestBroker broker = broker()) {
      CompletableFuture<byte[]> answer = new CompletableFuture<>();
      WebSocket socket =
          HttpClient.newBuilder()
              .sslContext(context(null))
              .build()
              .newWebSocketBuilder()
              .subprotocols("mqtt")
              .buildAsync(
                  URI.create("wss://localhost:" + broker.port(Listening.Kind.WSS) + "/mqtt"),
                  new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onBinary(
                        WebSocket from, ByteBuffer data, boolean last) {
                      byte[] bytes = new byte[data.remaining()];
                      data.get(bytes);
                      answer.complete(bytes);
                      return null;
                    }
                  })
              .get(20, TimeUnit.SECONDS);
      byte[] connect =
          RawClient.bytes(
              RawClient.connect(ProtocolVersion.MQTT_3_1_1, "w"), ProtocolVersion.MQTT_3_1_1);
      socket.sendBinary(ByteBuffer.wrap(connect), true);

      assertThat(answer.get(20, TimeUnit.SECONDS)).containsExactly(0x20, 2, 0, 0);
      socket.abort();
    }
  }

  @Test
  void agreesOnMqttWhereAClientOffersIt() throws Exception {
    try (TestBroker broker = broker()) {
      for (String offered : new String[] {"mqtt", "h2"}) {
        try (SSLSocket socket = socket(broker, context(null))) {
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setApplicationProtocols(new String[] {offered});
          socket.setSSLParameters(parameters);
          socket.startHandshake();

          assertThat(socket.getApplicationProtocol())
              .isEqualTo(offered.equals("mqtt") ? "mqtt" : "");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "stranger", "mallory"})
  void letsNobodyInWithoutACertificateThatCounts(String name) throws Exception {
    try (TestBroker broker =
        broker(
            "tls.ca", file("ca.pem"),
            "tls.crl", file("ca.crl"),
            "tls.client-certificate", "required")) {
      assertThatThrownBy(
              () -> {
                try (RawClient client =
                    connected(broker, context(name.isEmpty() ? null : name), "TLSv1.3")) {
                  client.read(Pingresp.class);
                }
              })
          .isInstanceOf(IOException.class);
      broker.awaitMetric("whimbrel_tls_handshakes_failed_total", failed -> failed == 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cn, alice",
    "subject, 'CN=alice,O=Sensors'",
    "dns, alice.example",
    "email, alice@example.org",
    "uri, urn:device:alice",
  })
  void takesTheUserFromTheCertificate(String from, String user) throws Exception {
    Path rights = directory.resolve("acl");
    Files.writeString(rights, "user " + user + "\ntopic write of/alice\n");
    try (TestBroker broker =
            broker(
                "tls.ca", file("ca.pem"),
                "tls.crl", file("ca.crl"),
                "tls.client-certificate", "required",
                "tls.user-from", from,
                "auth.acl-file", rights.toString());
        RawClient client = connected(broker, context("alice"), "TLSv1.3")) {
      client.publish("of/alice", new byte[1], Qos.AT_LEAST_ONCE, 1);
      assertThat(client.read(Puback.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      client.publish("of/bob", new byte[1], Qos.AT_LEAST_ONCE, 2);
      assertThat(client.read(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, default",
    "TLSv1.2, default",
    "TLSv1.3, 'TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'", // the JDK
    "TLSv1.2, 'TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'",
  })
  void aResumedSessionIsItsUsersAsBefore(String protocol, String ciphers) throws Exception {
    Path rights = directory.resolve("acl");
    Files.writeString(rights, "user alice\ntopic write of/alice\n");
    AtomicInteger shown = new AtomicInteger();
    SSLContext context = TestTls.trusting(certificate("ca"), shown, keys("alice"));
    try (TestBroker broker =
        broker(
            "tls.ca",
            file("ca.pem"),
            "tls.crl",
            file("ca.crl"),
            "tls.client-certificate",
            "required",
            "tls.user-from",
            "cn",
            "tls.ciphers",
            ciphers,
            "auth.acl-file",
            rights.toString())) {
      for (int i = 0; i < 3; i++) {
        try (RawClient client = connected(broker, context, protocol)) {
          client.publish("of/alice", new byte[1], Qos.AT_LEAST_ONCE, 1);
          assertThat(client.read(Puback.class).reason())
              .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        }
      }
      assertThat(shown).as("resumed twice").hasValue(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, default",
    "TLSv1.2, default",
    "TLSv1.3, 'TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'", // the JDK
    "TLSv1.2, 'TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'",
  })
  void aResumedSessionHasTheIssuersThatItsClientShowed(String protocol, String ciphers)
      throws Exception {
    AtomicInteger shown = new AtomicInteger();
    SSLContext context = TestTls.trusting(certificate("ca"), shown, keys("carol"));
    try (TestBroker broker =
        broker(
            "tls.ca",
            file("ca.pem"),
            "tls.client-certificate",
            "required",
            "tls.user-from",
            "cn",
            "tls.ciphers",
            ciphers)) {
      for (int i = 0; i < 3; i++) {
        connected(broker, context, protocol).close();
      }
      assertThat(shown).as("resumed twice").hasValue(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, default",
    "TLSv1.2, default",
    "TLSv1.3, 'TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'", // the JDK
    "TLSv1.2, 'TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'",
  })
  void theCertificateOfAResumedSessionIsJudgedAgain(String protocol, String ciphers)
      throws Exception {
    Path revoked = copy("ca.crl", "list");
    AtomicInteger shown = new AtomicInteger();
    SSLContext context = TestTls.trusting(certificate("ca"), shown, keys("alice"));
    try (TestBroker broker =
        broker(
            "tls.ca",
            file("ca.pem"),
            "tls.crl",
            revoked.toString(),
            "tls.client-certificate",
            "required",
            "tls.ciphers",
            ciphers)) {
      connected(broker, context, protocol).close();
      connected(broker, context, protocol).close();

      // What the broker began with would let it in; it is revoked before the last message.
      TestTls.Held held =
          new TestTls.Held(
              broker.port(Listening.Kind.TLS),
              () -> {
                copy("without-alice.crl", "list");
                broker.awaitMetric("whimbrel_reloads_total", done -> done == 1);
              });
      assertThatThrownBy(
              () -> {
                try (SSLSocket socket =
                    (SSLSocket)
                        context
                            .getSocketFactory()
                            .createSocket(held, "localhost", held.getPort(), true)) {
                  socket.setEnabledProtocols(new String[] {protocol});
                  RawClient client = new RawClient(socket, ProtocolVersion.MQTT_5);
                  client.send(RawClient.connect(ProtocolVersion.MQTT_5, "c"));
                  client.read(Connack.class);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(shown).as("resumed twice").hasValue(1);
      broker.awaitMetric("whimbrel_tls_handshakes_failed_total", failed -> failed == 1);
    }
  }

  @Test
  void refusesACertificateWithoutTheNameThatCounts() throws Exception {
    try (TestBroker broker =
            broker(
                "tls.ca", file("ca.pem"),
                "tls.client-certificate", "optional",
                "tls.user-from", "cn");
        RawClient client =
            new RawClient(socket(broker, context("nameless")), ProtocolVersion.MQTT_5)) {
      client.send(RawClient.connect(ProtocolVersion.MQTT_5, "n"));

      assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void letsNobodyTakeANameFromACertificateByClaimingIt() throws Exception {
    try (TestBroker broker =
            broker(
                "tls.ca", file("ca.pem"),
                "tls.client-certificate", "optional",
                "tls.user-from", "cn");
        RawClient alice = connected(broker, context("alice"), "TLSv1.3");
        RawClient liar = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
      liar.send(
          new Connect(
              ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "c", null, "alice", new byte[1]));

      assertThat(liar.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      alice.send(Pingreq.INSTANCE);
      alice.read(Pingresp.class);
    }
  }

  @Test
  void asksForCertificatesOnOneListenerAndPasswordsOnAnother() throws Exception {
    Path passwords = Files.writeString(directory.resolve("passwords"), BOB);
    try (TestBroker broker =
        broker(
            "tls.ca", file("ca.pem"),
            "tls.client-certificate", "optional",
            "tls.user-from", "cn",
            "auth.password-file", passwords.toString(),
            "auth.chain-tls", "certificate",
            "auth.chain-tcp", "password")) {
      connected(broker, context("alice"), "TLSv1.3").close();
      try (RawClient bob = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        assertThat(answer(bob, "bob", "gr8 pass")).isEqualTo(ReasonCode.SUCCESS);
      }
      try (RawClient bob = new RawClient(socket(broker, context(null)), ProtocolVersion.MQTT_5)) {
        assertThat(answer(bob, "bob", "gr8 pass")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
      try (RawClient nobody = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        assertThat(answer(nobody, null, null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
    }
  }

  private static ReasonCode answer(
      RawClient client, @Nullable String user, @Nullable String password) throws IOException {
    byte[] secret = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
    client.send(
        new Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "b", null, user, secret));
    return client.read(Connack.class).reason();
  }

  @Test
  void takesARenewedCertificateAndDropsNobody() throws Exception {
    Path certificate = copy("server.pem", "s.pem");
    Path key = copy("server.key", "s.key");
    try (TestBroker broker =
            broker("tls.certificate", certificate.toString(), "tls.key", key.toString());
        RawClient before = connected(broker, context(null), "TLSv1.3")) {
      assertThat(shown(broker)).isEqualTo(certificate("server"));

      copy("renewed.pem", "s.pem"); // the key is still the old one's
      broker.awaitMetric("whimbrel_reloads_refused_total", refused -> refused == 1);
      assertThat(shown(broker)).isEqualTo(certificate("server"));

      copy("renewed.key", "s.key");
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 1);
      assertThat(shown(broker)).isEqualTo(certificate("renewed"));

      before.send(Pingreq.INSTANCE);
      before.read(Pingresp.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersWhoSpeaksPlainlyByClosing(boolean names) throws Exception {
    Path more = Files.createDirectory(directory.resolve("more"));
    if (names) {
      Files.copy(FILES.resolve("server.pem"), more.resolve("a.pem"));
      Files.copy(FILES.resolve("server.key"), more.resolve("a.key"));
    }
    try (TestBroker broker = broker("tls.sni-directory", more.toString());
        RawClient plain =
            new RawClient(
                new Socket(InetAddress.getLoopbackAddress(), broker.port(Listening.Kind.TLS)),
                ProtocolVersion.MQTT_5)) {
      plain.send(RawClient.connect(ProtocolVersion.MQTT_5, "p"));
      plain.awaitClosed();

      broker.awaitMetric("whimbrel_tls_handshakes_failed_total", failed -> failed == 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "3, false", "40, false", "0, true", "3, true", "40, true"})
  void doesNotWaitForEverForAHandshake(int bytes, boolean names) throws Exception {
    Path more = Files.createDirectory(directory.resolve("more"));
    if (names) {
      Files.copy(FILES.resolve("server.pem"), more.resolve("a.pem"));
      Files.copy(FILES.resolve("server.key"), more.resolve("a.key"));
    }
    byte[] begun = new byte[bytes]; // a ClientHello of 500 bytes begins so
    byte[] head = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xf4, 3, 3};
    System.arraycopy(head, 0, begun, 0, Math.min(bytes, head.length));
    try (TestBroker broker =
            broker("limits.connect-timeout", "200ms", "tls.sni-directory", more.toString());
        RawClient silent =
            new RawClient(
                new Socket(InetAddress.getLoopbackAddress(), broker.port(Listening.Kind.TLS)),
                ProtocolVersion.MQTT_5)) {
      silent.sendBytes(begun);
      silent.awaitClosed();

      broker.awaitMetric("whimbrel_tls_handshakes_failed_total", failed -> failed == 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // native code, which can offer all of TLS 1.3 or none
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',"
        + " TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    // the JDK, which can offer some
    "TLS_CHACHA20_POLY1305_SHA256, TLSv1.3, TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256, TLSv1.3, TLS_AES_128_GCM_SHA256",
    "'TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', TLSv1.2,"
        + " TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  })
  void agreesOnACipherSuiteOfTheListAndNoOther(String list, String protocol, String suite)
      throws Exception {
    try (TestBroker broker = broker("tls.ciphers", list)) {
      try (SSLSocket socket = socket(broker, context(null))) {
        socket.startHandshake();
        assertThat(list.split(",")).contains(socket.getSession().getCipherSuite());
      }
      try (SSLSocket socket = socket(broker, context(null))) {
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        assertThat(socket.getSession().getCipherSuite()).isEqualTo(suite);
      }
      try (SSLSocket socket = socket(broker, context(null))) {
        socket.setEnabledCipherSuites(
            Stream.of(socket.getEnabledCipherSuites())
                .filter(each -> !List.of(list.split(",")).contains(each))
                .toArray(String[]::new));
        assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
      }
      broker.awaitMetric("whimbrel_tls_handshakes_failed_total", failed -> failed == 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA265, 'tls.ciphers: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA265"
        + " is not to be had here, did you mean TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256?'",
    "TLS_BANANA, 'tls.ciphers: TLS_BANANA is not to be had here; there are TLS_'",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 'tls.ciphers: none of them goes with the key of"
        + " tls.certificate, which is EC'",
  })
  void doesNotStartWithCipherSuitesThatAreOfNoUse(String list, String why) {
    assertThatThrownBy(() -> broker("tls.ciphers", list).close())
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(why)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "missing.pem, server.key, there is no such file",
    "server.key, server.key, there is no certificate in it",
    "server.pem, ca.pem, there is no private key in it",
    "server.pem, alice.key, this key is not the one of the certificate",
    "server.p12, server.p12, it is neither PEM nor a PKCS#12 file",
  })
  void doesNotStartWithFilesThatAreWrong(String certificate, String key, String why) {
    assertThatThrownBy(
            () -> broker("tls.certificate", file(certificate), "tls.key", file(key)).close())
        .isInstanceOf(StartException.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("\n");
  }

  // ---------------------------------------------------------------- brokers, clients, files

  private static TestBroker broker(String... settings) throws Exception {
    String[] all = new String[settings.length + 8];
    System.arraycopy(
        new String[] {
          "listeners.tls-port",
          "any",
          "listeners.wss-port",
          "any",
          "tls.certificate",
          file("server.pem"),
          "tls.key",
          file("server.key"),
        },
        0,
        all,
        0,
        8);
    System.arraycopy(settings, 0, all, 8, settings.length);
    return new TestBroker(all);
  }

  private static RawClient connected(TestBroker broker, SSLContext context, String protocol)
      throws IOException {
    SSLSocket socket = socket(broker, context);
    socket.setEnabledProtocols(new String[] {protocol});
    RawClient client = new RawClient(socket, ProtocolVersion.MQTT_5);
    client.send(RawClient.connect(ProtocolVersion.MQTT_5, "c"));
    client.read(Connack.class);
    return client;
  }

  private static SSLSocket socket(TestBroker broker, SSLContext context) throws IOException {
    return (SSLSocket)
        context.getSocketFactory().createSocket("localhost", broker.port(Listening.Kind.TLS));
  }

  private static Certificate shown(TestBroker broker) throws Exception {
    try (SSLSocket socket = socket(broker, context(null))) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  private static String file(String name) {
    return FILES.resolve(name).toString();
  }

  private Path copy(String name, String to) throws IOException {
    Path next = Files.copy(FILES.resolve(name), directory.resolve("next"));
    return Files.move(next, directory.resolve(to), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Trusts the tests' own authority, and shows a certificate if there is one. */
  private static SSLContext context(@Nullable String name) throws Exception {
    KeyStore trusted = store();
    trusted.setCertificateEntry("ca", certificate("ca"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(name), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyManager[] keys(@Nullable String name) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    KeyStore own = store();
    if (name != null) {
      own.setKeyEntry(name, key(name), NONE, chain(name));
    }
    keys.init(own, NONE);
    return keys.getKeyManagers();
  }

  private static KeyStore store() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NONE);
    return store;
  }

  private static X509Certificate certificate(String name) {
    try (InputStream in = Files.newInputStream(FILES.resolve(name + ".pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Certificate[] chain(String name) throws Exception {
    try (InputStream in = Files.newInputStream(FILES.resolve(name + ".pem"))) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .toArray(Certificate[]::new);
    }
  }

  private static PrivateKey key(String name) throws Exception {
    String base64 =
        Files.readString(FILES.resolve(name + ".key")).replaceAll("-----.*?-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
