package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static io.whimbrel.server.WebSocketClient.BINARY;
import static io.whimbrel.server.WebSocketClient.CLOSE;
import static io.whimbrel.server.WebSocketClient.CONTINUATION;
import static io.whimbrel.server.WebSocketClient.PING;
import static io.whimbrel.server.WebSocketClient.PONG;
import static io.whimbrel.server.WebSocketClient.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketEdgeTest {
  private static final byte[] CONNECT = RawClient.bytes(RawClient.connect(MQTT_5, "ws"), MQTT_5);
  private static final byte[] PINGREQ = RawClient.bytes(Pingreq.INSTANCE, MQTT_5);
  private static final int CONNACK_TYPE = 0x20;

  private TestBroker broker;
  private int port;

  @BeforeEach
  void start() throws Exception {
    broker = new TestBroker("limits.connect-timeout", "2s");
    port = broker.port(Listening.Kind.WEBSOCKET);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void packetsAndFramesBeginAndEndWhereTheyLike() throws Exception { // [MQTT-6.0.0-2]
    try (WebSocketClient client = WebSocketClient.agreed(port)) {
      client.frame(BINARY, false, Arrays.copyOf(CONNECT, 5));
      client.frame(CONTINUATION, false);
      client.frame(CONTINUATION, true, Arrays.copyOfRange(CONNECT, 5, CONNECT.length - 1));
      client.frame(BINARY, true, CONNECT[CONNECT.length - 1], PINGREQ[0]);
      client.frame(BINARY, true, PINGREQ[1]);

      ByteArrayOutputStream answers = new ByteArrayOutputStream();
      while (!endsWithPingresp(answers.toByteArray())) {
        answers.write(client.read().payload());
      }
      assertThat(answers.toByteArray()[0]).isEqualTo((byte) CONNACK_TYPE);
    }
  }

  @Test
  void aMessageOfAnySizeGoesThroughInBothDirections() throws Exception {
    try (WebSocketClient client = connected();
        RawClient tcp = RawClient.connected(broker.port(), MQTT_5, "tcp")) {
      tcp.subscribe("up", Qos.AT_MOST_ONCE);
      for (int size : new int[] {0, 100, 60_000, 3_000_000}) {
        byte[] payload = new byte[size];
        Arrays.fill(payload, (byte) 'x');
        Publish publish =
            new Publish(
                false,
                Qos.AT_MOST_ONCE,
                false,
                io.whimbrel.codec.TopicName.of("up"),
                0,
                io.whimbrel.codec.Properties.NONE,
                payload);
        client.frame(BINARY, true, RawClient.bytes(publish, MQTT_5));

        assertThat(tcp.read(Publish.class).payload()).isEqualTo(payload);
      }
    }
  }

  @Test
  void pingsAreAnsweredEvenWithinAFragmentedMessage() throws Exception {
    try (WebSocketClient client = connected()) {
      client.frame(BINARY, false, PINGREQ[0]);
      client.frame(PING, true, "are you there".getBytes(StandardCharsets.UTF_8));
      client.frame(CONTINUATION, true, PINGREQ[1]);

      WebSocketClient.Frame pong = client.read();
      assertThat(pong.opcode()).isEqualTo(PONG);
      assertThat(pong.payload()).asString().isEqualTo("are you there");
      assertThat(client.read().payload()).containsExactly(0xD0, 0);
    }
  }

  @Test
  void aTextFrameClosesTheConnection() throws Exception { // [MQTT-6.0.0-1]
    try (WebSocketClient client = connected()) {
      client.frame(TEXT, true, PINGREQ);

      assertClosed(client, 1003);
    }
  }

  @Test
  void beforeConnectAFrameIsNoLongerThanAConnect() throws Exception {
    try (WebSocketClient client = WebSocketClient.agreed(port)) {
      client.head(BINARY, true, 64 * 1024 + 1);

      assertClosed(client, 1009);
    }
  }

  @Test
  void aFrameLongerThanThePacketsAllowedIsTooBig() throws Exception {
    try (WebSocketClient client = connected()) {
      client.head(BINARY, true, 16 * 1024 * 1024 + 1);

      assertClosed(client, 1009);
    }
  }

  @Test
  void aCloseFrameIsAnsweredWithItsCode() throws Exception {
    try (WebSocketClient client = connected()) {
      client.frame(CLOSE, true, (byte) (1001 >> 8), (byte) 1001);

      assertClosed(client, 1001);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x82, 0x00", // no mask
    "0xC2, 0x80", // an extension's bit
    "0x80, 0x80", // goes on with nothing
    "0x83, 0x80", // reserved
    "0x8B, 0x80", // reserved
    "0x09, 0x80", // a control frame in fragments
    "0x89, 0xFE" // a control frame of more than 125 bytes
  })
  void whatIsNoFrameIsAProtocolError(String first, String second) throws Exception {
    try (WebSocketClient client = connected()) {
      client.send(Integer.decode(first).byteValue(), Integer.decode(second).byteValue());
      client.send(new byte[] {1, 1, 1, 1, 1, 1, 1, 1});

      assertClosed(client, 1002);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-WebSocket-Protocol: mqtt",
        "Sec-WebSocket-Protocol: mqttv3.1",
        "Sec-WebSocket-Protocol: chat ,  mqtt",
        "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: mqtt"
      })
  void theSubprotocolIsMqtt(String line) throws Exception { // [MQTT-6.0.0-3] [MQTT-6.0.0-4]
    try (WebSocketClient client = new WebSocketClient(port)) {
      assertThat(client.handshake("/", line))
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
          .containsIgnoringCase("sec-websocket-protocol: mqtt");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: y",
        "Sec-WebSocket-Protocol:",
        "Sec-WebSocket-Protocol: ,,;\"=\t,",
        "Sec-WebSocket-Protocol: mqtt5",
        "Sec-WebSocket-Protocol: \u00e4\u00f6"
      })
  void noOtherSubprotocolIsSpoken(String line) throws Exception {
    try (WebSocketClient client = new WebSocketClient(port)) {
      assertThat(client.handshake("/mqtt", line)).startsWith("HTTP/1.1 400 ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /elsewhere HTTP/1.1, 404",
    "POST /mqtt HTTP/1.1, 405",
    "GET /mqtt HTTP/1.1, 426",
    "hello, 400"
  })
  void otherRequestsAreAnsweredByHttp(String line, String status) throws Exception {
    try (WebSocketClient client = new WebSocketClient(port)) {
      assertThat(client.request(line + "\r\nHost: localhost\r\n\r\n"))
          .startsWith("HTTP/1.1 " + status + " ");
      while (!client.isClosedByBroker()) {
        // The rest of the answer.
      }
    }
  }

  @Test
  void aRequestWithoutEndIsRefused() throws Exception {
    try (WebSocketClient client = new WebSocketClient(port)) {
      assertThat(client.request("GET /mqtt HTTP/1.1\r\nX: " + "y".repeat(9000) + "\r\n\r\n"))
          .startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void whoDoesNotFinishTheHandshakeInTimeIsClosed() throws Exception {
    try (WebSocketClient client = new WebSocketClient(port)) {
      client.send("GET /mq".getBytes(StandardCharsets.UTF_8));

      assertThat(client.isClosedByBroker()).isTrue();
    }
  }

  @Test
  void whatComesBehindTheHandshakeInOneSegmentIsRead() throws Exception {
    try (WebSocketClient client = new WebSocketClient(port)) {
      byte[] masked = CONNECT.clone();
      StringBuilder frame = new StringBuilder();
      frame.append((char) 0x82).append((char) (0x80 | masked.length)).append("\0\0\0\0");
      for (byte b : masked) {
        frame.append((char) (b & 0xFF));
      }
      String handshake =
          "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              + "Sec-WebSocket-Protocol: mqtt\r\n\r\n";
      byte[] both = (handshake + frame).getBytes(StandardCharsets.ISO_8859_1);
      client.send(both);
      String answer = client.request("");

      assertThat(answer).startsWith("HTTP/1.1 101 ");
      assertThat(client.read().payload()[0]).isEqualTo((byte) CONNACK_TYPE);
    }
  }

  private static boolean endsWithPingresp(byte[] bytes) {
    int last = bytes.length - 1;
    return last > 0 && bytes[last - 1] == (byte) 0xD0 && bytes[last] == 0;
  }

  private WebSocketClient connected() throws Exception {
    WebSocketClient client = WebSocketClient.agreed(port);
    client.frame(BINARY, true, CONNECT);
    assertThat(client.read().payload()[0]).isEqualTo((byte) CONNACK_TYPE);
    return client;
  }

  private static void assertClosed(WebSocketClient client, int code) throws Exception {
    WebSocketClient.Frame frame = client.read();
    assertThat(frame.opcode()).isEqualTo(CLOSE);
    assertThat(frame.closeCode()).isEqualTo(code);
    assertThat(client.isClosedByBroker()).isTrue();
  }
}
