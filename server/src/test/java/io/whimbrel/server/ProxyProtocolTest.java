package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static io.whimbrel.server.ProxyHeaders.binary;
import static io.whimbrel.server.ProxyHeaders.from;
import static io.whimbrel.server.ProxyHeaders.join;
import static io.whimbrel.server.ProxyHeaders.text;
import static io.whimbrel.server.ProxyHeaders.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a proxy a client has the address that the proxy tells. */
class ProxyProtocolTest {
  private static final String REFUSED = "whimbrel_proxy_connections_refused_total";
  private static final String HEADER = REFUSED + "{reason=\"header\"}";
  private static final String SENDER = REFUSED + "{reason=\"sender\"}";
  private static final String PER_ADDRESS =
      "whimbrel_connections_not_accepted_total{limit=\"connections-per-address-max\"}";
  private static final String TOO_FAST =
      "whimbrel_connections_not_accepted_total{limit=\"rates.connections-per-address-max\"}";
  private static final String FULL =
      "whimbrel_connections_not_accepted_total{limit=\"connections-max\"}";
  private static final byte[] CN_OF_ADMIN =
      tlv(0x20, 13, join(new byte[] {7, 0, 0, 0, 0}, tlv(0x22, 5, ascii("admin"))));

  @TempDir Path directory;

  static Stream<Arguments> clients() {
    return Stream.of(
        arguments("203.0.113.7:4242", text("PROXY TCP4 203.0.113.7 127.0.0.1 4242 1883")),
        arguments("[2001:db8:0:0:0:0:0:7]:9", text("PROXY TCP6 2001:db8::7 ::1 9 1883")),
        arguments("203.0.113.7:4242", from("203.0.113.7", 4242)),
        arguments("[2001:db8:0:0:0:0:0:7]:65535", from("2001:db8::7", 65_535)),
        arguments(
            "203.0.113.7:1", from("203.0.113.7", 1, tlv(0x05, 3, (byte) 1, (byte) 2, (byte) 3))),
        arguments("203.0.113.7:1", from("203.0.113.7", 1, tlv(0x04, 4000, new byte[4000]))),
        arguments("203.0.113.7:1", text("PROXY TCP6 ::ffff:203.0.113.7 ::1 1 1883")),
        arguments("127.0.0.1:", text("PROXY UNKNOWN")),
        arguments("127.0.0.1:", text("PROXY UNKNOWN ffff::1 ffff::2 1 2")),
        arguments("127.0.0.1:", binary(ProxyHeaders.LOCAL, ProxyHeaders.UNSPECIFIED, new byte[0])),
        arguments("127.0.0.1:", binary(ProxyHeaders.LOCAL, ProxyHeaders.TCP4, new byte[12])),
        arguments("127.0.0.1:", binary(ProxyHeaders.PROXY, ProxyHeaders.UNSPECIFIED, new byte[9])),
        arguments("127.0.0.1:", binary(ProxyHeaders.PROXY, ProxyHeaders.UNIX, new byte[216])));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aClientHasTheAddressOfItsHeader(String address, byte[] header) throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker();
        RawClient client = new RawClient(broker.port(), MQTT_5)) {
      client.sendBytes(join(header, RawClient.bytes(RawClient.connect(MQTT_5, "c"), MQTT_5)));

      assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      log.await("'c' connected from " + address);
    }
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aHeaderMayComeInSingleBytes(String address, byte[] header) throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker();
        RawClient client = new RawClient(broker.port(), MQTT_5)) {
      byte[] all = join(header, RawClient.bytes(RawClient.connect(MQTT_5, "c"), MQTT_5));
      for (byte one : all) {
        client.sendBytes(one);
      }

      assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      log.await("'c' connected from " + address);
    }
  }

  @Test
  void comesBeforeAWebSocket() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker("listeners.proxy-protocol", "websocket");
        RawClient client = new RawClient(loopback(broker.port(Listening.Kind.WEBSOCKET)), MQTT_5)) {
      String request =
          "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Protocol: mqtt\r\n\r\n";
      byte[] connect = RawClient.bytes(RawClient.connect(MQTT_5, "ws"), MQTT_5);
      byte[] frame = {(byte) 0x82, (byte) (0x80 | connect.length), 0, 0, 0, 0}; // masked with 0
      client.sendBytes(join(from("203.0.113.7", 4242), ascii(request), frame, connect));

      log.await("'ws' connected from 203.0.113.7:4242 by websocket");
    }
  }

  @Test
  void comesBeforeTls() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker =
            broker(
                "listeners.proxy-protocol", "tls",
                "listeners.tls-port", "any",
                "tls.certificate", "src/test/resources/tls/server.pem",
                "tls.key", "src/test/resources/tls/server.key");
        Socket socket = new Prefixed(broker.port(Listening.Kind.TLS), from("203.0.113.7", 4242));
        SSLSocket tls =
            (SSLSocket)
                TestTls.trusting(TestTls.certificate("ca"))
                    .getSocketFactory()
                    .createSocket(socket, "localhost", socket.getPort(), true);
        RawClient client = new RawClient(tls, MQTT_5)) {
      client.send(RawClient.connect(MQTT_5, "t"));

      assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      log.await("'t' connected from 203.0.113.7:4242 by tls");
    }
  }

  static Stream<Arguments> offences() {
    byte[] shortAddress = binary(ProxyHeaders.PROXY, ProxyHeaders.TCP4, new byte[11]);
    byte[] endless = from("203.0.113.7", 1, tlv(0x01, 60_000, (byte) 1));
    byte[] inner = tlv(0x20, 500, new byte[8]);
    byte[] nested = new byte[0];
    for (int i = 0; i < 400; i++) {
      nested = tlv(0x20, nested.length + 5, join(new byte[5], nested));
    }
    byte[] version3 = binary(0x31, ProxyHeaders.TCP4, new byte[12]);
    byte[] version15 = binary(0xff, ProxyHeaders.TCP4, new byte[12]);
    return Stream.of(
        arguments("no header", ascii("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
        arguments("CONNECT", RawClient.bytes(RawClient.connect(MQTT_5, "c"), MQTT_5)),
        arguments("a TLS ClientHello", new byte[] {0x16, 3, 1, 2, 0}),
        arguments("another verb", ascii("PUT /mqtt HTTP/1.1\r\nHost: x\r\n\r\n")),
        arguments("no end of the line", ascii("PROXY TCP4 " + " ".repeat(200))),
        arguments("no address", text("PROXY TCP4 nowhere 127.0.0.1 1 2")),
        arguments("an address of the other family", text("PROXY TCP4 ::1 ::1 1 2")),
        arguments("no port", text("PROXY TCP4 203.0.113.7 127.0.0.1 65536 2")),
        arguments("a word too few", text("PROXY TCP4 203.0.113.7 127.0.0.1 1")),
        arguments("lower case", text("PROXY tcp4 203.0.113.7 127.0.0.1 1 2")),
        arguments("a version there is not", version3),
        arguments("another version there is not", version15),
        arguments("a command there is not", binary(0x22, ProxyHeaders.TCP4, new byte[12])),
        arguments("a family there is not", binary(ProxyHeaders.PROXY, 0x41, new byte[12])),
        arguments("less than an address", shortAddress),
        arguments("a TLV longer than the header", endless),
        arguments("a TLV longer than the one around it", from("203.0.113.7", 1, inner)),
        arguments(
            "a TLV of TLS that is too short",
            from("203.0.113.7", 1, tlv(0x20, 2, (byte) 1, (byte) 1))),
        arguments("TLVs in TLVs without end", from("203.0.113.7", 1, nested)),
        arguments("more than is sensible", from("203.0.113.7", 1, new byte[65_000])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("offences")
  void whatIsNoHeaderEndsTheConnection(String what, byte[] bytes) throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker();
        RawClient client = new RawClient(broker.port(), MQTT_5)) {
      client.sendBytes(bytes);
      client.awaitClosed();

      broker.awaitMetric(HEADER, refused -> refused == 1);
      log.await(" was closed: ");
      assertThat(broker.metric("whimbrel_internal_errors_total")).isZero();
      broker.awaitMetric("whimbrel_connections", open -> open == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "P", "PROXY TCP4 203.0.113.7 127.0.0.1 4242 1883", "\r\n\r\n\0\r\nQUIT"})
  void nobodyWaitsForEverForAHeader(String begun) throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker("limits.connect-timeout", "200ms");
        RawClient client = new RawClient(broker.port(), MQTT_5)) {
      client.sendBytes(ascii(begun));
      client.awaitClosed();

      broker.awaitMetric(HEADER, refused -> refused == 1);
      log.await("no complete PROXY header in time");
      broker.awaitMetric("whimbrel_connections", open -> open == 0);
    }
  }

  @Test
  void onlyItsProxiesMaySendOne() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker("listeners.proxy-from", "192.0.2.0/24,2001:db8::1");
        RawClient client = new RawClient(broker.port(), MQTT_5)) {
      client.awaitClosed();

      broker.awaitMetric(SENDER, refused -> refused == 1);
      log.await("listeners.proxy-from");
      assertThat(broker.metric("whimbrel_connections")).isZero();
    }
  }

  @Test
  void theOtherListenersAwaitNone() throws Exception {
    try (TestBroker broker = broker("listeners.proxy-protocol", "websocket");
        RawClient client = RawClient.connected(broker.port(), MQTT_5, "c")) {
      client.send(Pingreq.INSTANCE);
      client.read(Pingresp.class);
    }
  }

  @Test
  void limitsPerAddressCountTheClient() throws Exception {
    try (TestBroker broker = broker("listeners.connections-per-address-max", "1");
        RawClient silent = new RawClient(broker.port(), MQTT_5);
        RawClient silentToo = new RawClient(broker.port(), MQTT_5);
        RawClient one = connected(broker, "203.0.113.7", "one");
        RawClient other = connected(broker, "203.0.113.8", "other");
        RawClient second = new RawClient(broker.port(), MQTT_5)) {
      second.sendBytes(from("203.0.113.7", 2));
      second.awaitClosed();

      broker.awaitMetric(PER_ADDRESS, refused -> refused == 1);
      broker.awaitMetric("whimbrel_connections", open -> open == 4);
      one.close();
      broker.awaitMetric("whimbrel_connections", open -> open == 3);
      connected(broker, "203.0.113.7", "again").close();
    }
  }

  @Test
  void ratesPerAddressCountTheClient() throws Exception {
    try (TestBroker broker = broker("rates.connections-per-address-max", "2")) {
      for (int i = 0; i < 10; i++) {
        connected(broker, "203.0.113." + i, "c" + i).close();
      }
      assertThat(broker.metric(TOO_FAST)).isZero();
      TestBroker.await(
          "a client that comes too fast",
          () -> {
            try (RawClient again = new RawClient(broker.port(), MQTT_5)) {
              again.sendBytes(from("203.0.113.7", 1));
            } catch (IOException refused) {
              // and counted
            }
            return broker.metric(TOO_FAST) > 0;
          });
    }
  }

  @Test
  void aProxyThatSpeaksForItselfCountsAtItsOwnAddress() throws Exception {
    byte[] local = binary(ProxyHeaders.LOCAL, ProxyHeaders.UNSPECIFIED, new byte[0]);
    try (TestBroker broker = broker("listeners.connections-per-address-max", "1");
        RawClient first = new RawClient(broker.port(), MQTT_5);
        RawClient second = new RawClient(broker.port(), MQTT_5)) {
      first.sendBytes(join(local, RawClient.bytes(RawClient.connect(MQTT_5, "c"), MQTT_5)));
      first.read(Connack.class);
      second.sendBytes(local);
      second.awaitClosed();

      broker.awaitMetric(PER_ADDRESS, refused -> refused == 1);
    }
  }

  @Test
  void whoHasSentNoHeaderYetCountsAmongAll() throws Exception {
    List<RawClient> silent = new ArrayList<>();
    try (TestBroker broker = broker("limits.connections-max", "1")) {
      for (int i = 0; i < 17; i++) { // one, and room for sixteen on their way
        silent.add(new RawClient(broker.port(), MQTT_5));
      }
      broker.awaitMetric("whimbrel_connections", open -> open == 17);
      RawClient last = new RawClient(broker.port(), MQTT_5);
      silent.add(last);
      last.awaitClosed();

      broker.awaitMetric(FULL, refused -> refused == 1);
    } finally {
      for (RawClient each : silent) {
        each.close();
      }
    }
  }

  @Test
  void whatAProxySaysOfACertificateMakesNobodyAUser() throws Exception {
    Path rights = directory.resolve("acl");
    Files.writeString(rights, "user admin\ntopic write secrets\n");
    try (TestBroker broker = broker("auth.acl-file", rights.toString());
        RawClient client = new RawClient(broker.port(), MQTT_5)) {
      client.sendBytes(from("203.0.113.7", 1, CN_OF_ADMIN));
      client.send(RawClient.connect(MQTT_5, "c"));
      client.read(Connack.class);
      client.publish("secrets", new byte[1], Qos.AT_LEAST_ONCE, 1);

      assertThat(client.read(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void aBrokerBehindAProxyIsNotOpenByMistake() {
    assertThatThrownBy(() -> new TestBroker("listeners.proxy-protocol", "tcp").close())
        .hasMessageContaining("need no credentials");
  }

  private static TestBroker broker(String... settings) throws Exception {
    String[] all = new String[settings.length + 4];
    all[0] = "listeners.proxy-protocol";
    all[1] = "tcp";
    all[2] = "listeners.allow-anonymous";
    all[3] = "true";
    System.arraycopy(settings, 0, all, 4, settings.length);
    return new TestBroker(all);
  }

  private static RawClient connected(TestBroker broker, String address, String clientId)
      throws IOException {
    RawClient client = new RawClient(broker.port(), MQTT_5);
    client.sendBytes(from(address, 1));
    client.send(RawClient.connect(MQTT_5, clientId));
    client.read(Connack.class);
    return client;
  }

  private static Socket loopback(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends some bytes together with the first that are written. */
  private static final class Prefixed extends Socket {
    private byte[] prefix;

    Prefixed(int port, byte[] prefix) throws IOException {
      super(InetAddress.getLoopbackAddress(), port);
      this.prefix = prefix;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          byte[] first = new byte[length];
          System.arraycopy(bytes, from, first, 0, length);
          out.write(join(prefix, first));
          prefix = new byte[0];
        }
      };
    }
  }
}
