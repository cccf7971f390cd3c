package io.whimbrel.bench;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static io.whimbrel.codec.Qos.AT_LEAST_ONCE;
import static io.whimbrel.codec.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How much garbage a message makes between the bytes that come and the bytes that go: the same on a
 * fast machine and on a slow one, compiled or not. Whoever makes it less lowers the figure here.
 */
final class AllocationTest {
  private static final int WARM_RUNS = 20;
  private static final int RUNS = 50;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Arguments> traffic() {
    return Stream.of(
        Arguments.of(Named.of("fan-in, QoS 0", Traffic.fanIn(50, AT_MOST_ONCE, 32)), 176),
        Arguments.of(Named.of("fan-out, QoS 0", Traffic.fanOut(500, AT_MOST_ONCE, 32)), 2),
        Arguments.of(Named.of("fan-out, QoS 1", Traffic.fanOut(500, AT_LEAST_ONCE, 32)), 96),
        Arguments.of(
            Named.of("pairs, QoS 0", Traffic.pairs(MQTT_3_1_1, 100, AT_MOST_ONCE, 64)), 208),
        Arguments.of(
            Named.of("pairs, QoS 1", Traffic.pairs(MQTT_3_1_1, 100, AT_LEAST_ONCE, 64)), 320),
        Arguments.of(
            Named.of("pairs, QoS 1, 5.0", Traffic.pairs(MQTT_5, 100, AT_LEAST_ONCE, 64)), 320));
  }

  @ParameterizedTest
  @MethodSource("traffic")
  void aDeliveryMakesNoMoreGarbageThanItDid(Traffic traffic, int bytesMax) {
    for (int i = 0; i < WARM_RUNS; i++) {
      traffic.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < RUNS; i++) {
      traffic.run();
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat((double) bytes / RUNS / traffic.deliveries())
        .as("bytes of garbage for each delivery")
        .isLessThanOrEqualTo(bytesMax);
  }
}
