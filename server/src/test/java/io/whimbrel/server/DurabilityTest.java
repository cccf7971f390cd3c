package io.whimbrel.server;

import static io.whimbrel.server.WebSocketClient.BINARY;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The level of a listener is that of the connections it accepts. */
class DurabilityTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"memory,disk,false,true", "disk,memory,true,false", "os,os,true,true"})
  void aRestartFindsTheSessionsOfListenersThatRecordThem(
      String tcp, String websocket, boolean tcpKept, boolean websocketKept) throws Exception {
    ServerConfig config =
        ServerConfig.of(
            Map.of(
                "listeners.tcp-port",
                "any",
                "listeners.websocket-port",
                "any",
                "http.port",
                "0",
                "data-dir",
                directory.toString(),
                "listeners.tcp-durability",
                tcp,
                "listeners.websocket-durability",
                websocket));
    Server first = Server.start(config);
    try {
      assertThat(presentOverTcp(first, "by-tcp")).isFalse();
      assertThat(presentOverWebSocket(first, "by-websocket")).isFalse();
      assertThat(presentOverTcp(first, "by-tcp")).isTrue();
      assertThat(presentOverWebSocket(first, "by-websocket")).isTrue();
    } finally {
      first.stop();
    }
    Server second = Server.start(config);
    try {
      assertThat(presentOverTcp(second, "by-tcp")).isEqualTo(tcpKept);
      assertThat(presentOverWebSocket(second, "by-websocket")).isEqualTo(websocketKept);
    } finally {
      second.stop();
    }
  }

  private static boolean presentOverTcp(Server server, String clientId) throws IOException {
    try (RawClient client =
        new RawClient(port(server, Listening.Kind.TCP), ProtocolVersion.MQTT_5)) {
      client.send(resuming(clientId));
      return client.read(Connack.class).sessionPresent();
    }
  }

  private static boolean presentOverWebSocket(Server server, String clientId) throws IOException {
    try (WebSocketClient client = WebSocketClient.agreed(port(server, Listening.Kind.WEBSOCKET))) {
      client.frame(BINARY, true, RawClient.bytes(resuming(clientId), ProtocolVersion.MQTT_5));
      byte[] answer = client.read().payload();
      PacketDecoder decoder = new PacketDecoder(PacketDecoder.Sender.SERVER, 65_536);
      decoder.version(ProtocolVersion.MQTT_5);
      decoder.offer(answer, 0, answer.length);
      return ((Connack) decoder.poll()).sessionPresent();
    }
  }

  private static Connect resuming(String clientId) {
    Properties expiry = Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 1000).build();
    return new Connect(ProtocolVersion.MQTT_5, false, 0, expiry, clientId, null, null, null);
  }

  private static int port(Server server, Listening.Kind kind) {
    return server.listening().stream()
        .filter(one -> one.kind() == kind)
        .findFirst()
        .orElseThrow()
        .port();
  }
}
