package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.Listening;
import io.whimbrel.server.config.ServerConfig;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartMessageTest {
  @Test
  void itSaysWhatListensWhereAndThatOnlyThisMachineCanConnect() {
    String message =
        StartMessage.of(
            ServerConfig.defaults(),
            List.of(
                new Listening(Listening.Kind.TCP, new InetSocketAddress("127.0.0.1", 1883)),
                new Listening(Listening.Kind.WEBSOCKET, new InetSocketAddress("127.0.0.1", 9001)),
                new Listening(Listening.Kind.HTTP, new InetSocketAddress("127.0.0.1", 9883))));

    assertThat(message)
        .contains("MQTT                 mqtt://127.0.0.1:1883\n")
        .contains("MQTT over WebSocket  ws://127.0.0.1:9001/mqtt\n")
        .contains("health and metrics   http://127.0.0.1:9883/health/ready and /metrics\n")
        .contains("Only programs on this machine can connect.")
        .doesNotContain("Whoever");
  }

  @Test
  void itNamesAUnixSocketByItsPath() throws Exception {
    ServerConfig unix =
        ServerConfig.of(
            Map.of("listeners.unix-socket", "/run/b.sock", "listeners.tcp-durability", "os"));
    Listening socket =
        new Listening(Listening.Kind.UNIX, UnixDomainSocketAddress.of("/run/b.sock"));

    assertThat(StartMessage.of(unix, List.of(socket)))
        .contains("MQTT, Unix socket    /run/b.sock\n")
        .contains("durability os        MQTT, Unix socket: a power cut may lose");
  }

  @Test
  void itNamesLinksOfMqttSnAndSaysThatDevicesComeFromElsewhere() throws Exception {
    ServerConfig config =
        ServerConfig.of(
            Map.of(
                "sn-links.yard.kind", "dtls",
                "sn-links.yard.port", "10001",
                "sn-links.yard.bind", "0.0.0.0",
                "sn-links.yard.psk-file", "keys",
                "sn-links.yard.durability", "os"));
    Listening yard =
        new Listening(Listening.Kind.SN_DTLS, new InetSocketAddress("0.0.0.0", 10001), "yard");

    assertThat(StartMessage.of(config, List.of(yard)))
        .contains("MQTT-SN, yard        dtls://0.0.0.0:10001\n")
        .contains("durability os        MQTT-SN, yard: a power cut may lose")
        .contains("Only programs on this machine, and devices of MQTT-SN on others, can connect.");
  }

  @Test
  void itDoesNotTakeClientsBehindAProxyForLocal() throws Exception {
    ServerConfig proxied =
        ServerConfig.of(
            Map.of("listeners.proxy-protocol", "tcp", "listeners.allow-anonymous", "true"));

    assertThat(StartMessage.of(proxied, List.of()))
        .contains("Whoever reaches these ports gets in")
        .doesNotContain("Only programs");
  }

  @Test
  void itSaysWhatMayBeLostWhereLessThanTheDiskIsWaitedFor() throws Exception {
    List<Listening> listening =
        List.of(
            new Listening(Listening.Kind.TCP, new InetSocketAddress("127.0.0.1", 1883)),
            new Listening(Listening.Kind.WEBSOCKET, new InetSocketAddress("127.0.0.1", 9001)));
    ServerConfig lax =
        ServerConfig.of(
            Map.of("listeners.tcp-durability", "os", "listeners.websocket-durability", "memory"));

    assertThat(StartMessage.of(lax, listening))
        .contains("durability os        MQTT: a power cut may lose what was acknowledged last\n")
        .contains("durability memory    MQTT over WebSocket: a restart loses its sessions");
    assertThat(StartMessage.of(ServerConfig.defaults(), listening)).doesNotContain("durability");
  }

  @Test
  void itWarnsOfABrokerThatIsOpenToOthers() throws Exception {
    ServerConfig open =
        ServerConfig.of(
            Map.of("listeners.bind", "::", "listeners.allow-anonymous", "true", "http.bind", "::"));

    assertThat(StartMessage.of(open, List.of()))
        .contains("Whoever reaches these ports gets in")
        .contains("Whoever reaches the port of health")
        .doesNotContain("Only programs");
  }
}
