package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes at all where a header of the PROXY protocol is awaited, and a CONNECT behind them.
 * Without JAZZER_FUZZ this replays what stands here and in the resources; with JAZZER_FUZZ=1 it
 * looks for more.
 */
final class ProxyFuzzTest {
  /** CONNECT and DISCONNECT, then enough to end whatever has begun before. */
  private static final byte[] BEHIND =
      ProxyHeaders.join(
          RawClient.bytes(RawClient.connect(MQTT_5, ""), MQTT_5),
          RawClient.bytes(new Disconnect(ReasonCode.SUCCESS, Properties.NONE), MQTT_5),
          new byte[70_000]);

  private static final int CONNACK = 0x20;

  /** An answer may be lost where a connection is closed while bytes are still on their way. */
  private static final int TRIES = 5;

  private static TestBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = new TestBroker("listeners.proxy-protocol", "tcp", "listeners.allow-anonymous", "true");
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  static Stream<Arguments> headers() {
    return Stream.concat(ProxyProtocolTest.clients(), ProxyProtocolTest.offences())
        .map(row -> Arguments.of(row.get()[1]));
  }

  @MethodSource("headers")
  @FuzzTest(maxDuration = "10m")
  void isTakenOrEndsTheConnectionHoweverItComes(byte[] header) throws IOException {
    try (SilentCloseable ours = BugDetectors.allowNetworkConnections()) {
      boolean alike = false;
      for (int i = 0; i < TRIES && !alike; i++) {
        alike = isTaken(header, 0) == isTaken(header, header.length / 2);
      }
      assertThat(alike).isTrue();
      assertThat(broker.metric("whimbrel_internal_errors_total")).isZero();
    }
  }

  /** Whether a CONNACK comes before the end; the first bytes are sent by themselves. */
  private static boolean isTaken(byte[] header, int first) throws IOException {
    try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
      client.socket.setSoLinger(true, 0); // else so many ends would use up all ports
      client.sendBytes(Arrays.copyOf(header, first));
      client.sendBytes(ProxyHeaders.join(Arrays.copyOfRange(header, first, header.length), BEHIND));
      byte[] answer = client.socket.getInputStream().readAllBytes();
      assertThat(answer.length == 0 || answer[0] == CONNACK).isTrue();
      return answer.length > 0;
    } catch (SocketException reset) {
      return false; // it was closed before it had read all of that
    }
  }
}
