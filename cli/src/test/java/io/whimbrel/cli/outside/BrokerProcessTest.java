package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the process begins, ends and says what is wrong. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BrokerProcessTest {
  private static final long SIGINT_BIT = 1 << 1;

  @TempDir Path directory;

  private BrokerProcess broker;

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void clientsAreToldThatTheBrokerStopsAndTheExitCodeIsZero() throws Exception {
    broker = BrokerProcess.start(directory);
    Hivemq5Party hivemq = new Hivemq5Party(broker, "hivemq", true);
    hivemq.connect();
    try (Wire five = connected(ProtocolVersion.MQTT_5);
        Wire three = connected(ProtocolVersion.MQTT_3_1_1)) {
      broker.terminate();

      assertThat(hivemq.awaitDisconnect()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN.code());
      Disconnect told = (Disconnect) five.next();
      assertThat(told.reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
      assertThat(five.next()).isNull();
      assertThat(three.next()).isNull();
    }
    assertThat(broker.exitCode()).isZero();
    assertThat(broker.err()).isEmpty();
  }

  @Test
  void controlCStopsItInGoodOrder() throws Exception {
    broker = BrokerProcess.start(directory);
    assumeFalse(ignoresInterrupts(broker.pid()), "the build itself runs with SIGINT ignored");
    broker.signal("INT");

    assertThat(broker.exitCode()).isZero();
    assertThat(broker.err()).isEmpty();
  }

  @Test
  void itIsReadyAndHealthyOnceItSaysThatItRuns() throws Exception {
    broker = BrokerProcess.start(directory);

    assertThat(broker.page("/health/ready")).isNotEmpty();
    assertThat(broker.page("/health/live")).isNotEmpty();
    assertThat(broker.metric("whimbrel_clients")).isZero();
  }

  @Test
  void aPortInUseIsExitCodeOneAndOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      broker =
          BrokerProcess.run(
              "broker",
              "--data-dir",
              directory.toString(),
              "--port",
              port,
              "--ws-port=0",
              "--http-port=0");

      assertThat(broker.exitCode()).isEqualTo(1);
      assertThat(broker.err()).hasSize(1);
      assertThat(broker.err().get(0)).startsWith("whimbrel: ").contains(port);
      // Where these tests run under nohup, the broker says that it heeds no SIGHUP.
      assertThat(broker.out()).allMatch(line -> line.contains("SIGHUP is ignored"));
    }
  }

  @Test
  void aMistakeInTheConfigurationIsExitCodeTwoAndALineForEach() throws Exception {
    Path file = Files.writeString(directory.resolve("x.yaml"), "limits:\n  slice-max: many\n");
    broker = BrokerProcess.run("broker", "--config", file.toString(), "--port", "70000");

    assertThat(broker.exitCode()).isEqualTo(2);
    assertThat(broker.err()).hasSize(2);
    assertThat(broker.err().get(0)).startsWith(file + ":2: limits.slice-max: found 'many'");
    assertThat(broker.out()).isEmpty();
  }

  @Test
  void theVersionIsOneLine() throws Exception {
    broker = BrokerProcess.run("--version");

    assertThat(broker.exitCode()).isZero();
    assertThat(broker.out()).hasSize(1);
    assertThat(broker.out().get(0)).startsWith("whimbrel ");
    assertThat(broker.err()).isEmpty();
  }

  @Test
  void portZeroSwitchesAListenerOff() throws Exception {
    String data = directory.toString();
    broker =
        BrokerProcess.run(
            "broker", "--data-dir", data, "--port=0", "--ws-port=any", "--http-port=0");
    broker.awaitStart();

    assertThat(String.join("\n", broker.out())).contains("ws://").doesNotContain("mqtt://");
    Party party = new Hivemq5Party(broker, "websocket", true);
    party.connect();
    party.disconnect();
    broker.stopInGoodOrder();
  }

  private Wire connected(ProtocolVersion version) throws IOException {
    Wire wire = new Wire(broker, version);
    wire.send(Wire.connect(version, "wire " + version));
    assertThat(((Connack) wire.next()).reason()).isEqualTo(ReasonCode.SUCCESS);
    return wire;
  }

  /** Whether the process inherited that SIGINT is ignored, as background jobs of some shells do. */
  private static boolean ignoresInterrupts(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
    return lines.stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(ignored -> (ignored & SIGINT_BIT) != 0);
  }
}
