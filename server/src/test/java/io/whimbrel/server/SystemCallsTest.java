package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * How often the broker asks the operating system for something: the number of messages does not
 * matter where they come together. One system call for each of them would be thousands here.
 */
class SystemCallsTest {
  private static final int MESSAGES = 2_000;

  /** Small enough that the first receive finds most of it. */
  private static final int PAYLOAD_BYTES = 8;

  @Test
  void aTurnWritesToEachSubscriberAtMostOnce() throws Exception {
    Map<String, Double> rise = rise(1);

    double turns = rise.get("whimbrel_turns_total");
    assertThat(turns).as("turns for " + MESSAGES + " messages").isLessThan(MESSAGES / 20);
    assertThat(rise.get("whimbrel_writes_total"))
        .as("two subscribers hear something in at most " + turns + " turns")
        .isLessThanOrEqualTo(2 * turns);
    assertThat(rise.get("whimbrel_wake_ups_total")).isZero();
  }

  @Test
  void manyMessagesForAnotherLoopAreFewWakeUpsAndFewWrites() throws Exception {
    Map<String, Double> rise = rise(2);

    double turns = rise.get("whimbrel_turns_total");
    assertThat(turns).as("turns for " + MESSAGES + " messages").isLessThan(MESSAGES / 10);
    assertThat(rise.get("whimbrel_wake_ups_total")).isLessThan(MESSAGES / 20);
    assertThat(rise.get("whimbrel_writes_total")).isLessThanOrEqualTo(2 * turns);
  }

  /** What many messages at once to two subscribers add to each of the metrics. */
  private static Map<String, Double> rise(int loops) throws Exception {
    try (TestBroker broker =
            new TestBroker(
                "listeners.event-loops", Integer.toString(loops), "sys-topics.interval", "0");
        RawClient one = RawClient.connected(broker.port(), MQTT_3_1_1, "one");
        RawClient two = RawClient.connected(broker.port(), MQTT_3_1_1, "two");
        RawClient publisher = RawClient.connected(broker.port(), MQTT_3_1_1, "publisher")) {
      one.subscribe("t", Qos.AT_MOST_ONCE);
      two.subscribe("t", Qos.AT_MOST_ONCE);
      Map<String, Double> before = metrics(broker);

      publisher.sendBytes(publishes());
      for (int i = 0; i < MESSAGES; i++) {
        one.read(Publish.class);
        two.read(Publish.class);
      }

      Map<String, Double> after = metrics(broker);
      after.replaceAll((name, value) -> value - before.get(name));
      return after;
    }
  }

  private static byte[] publishes() {
    ByteWriter bytes = new ByteWriter(MESSAGES * 20);
    Publish message =
        new Publish(
            false,
            Qos.AT_MOST_ONCE,
            false,
            TopicName.of("t"),
            0,
            Properties.NONE,
            new byte[PAYLOAD_BYTES]);
    for (int i = 0; i < MESSAGES; i++) {
      PacketEncoder.encode(message, MQTT_3_1_1, bytes);
    }
    return bytes.toByteArray();
  }

  private static Map<String, Double> metrics(TestBroker broker) {
    Map<String, Double> values = new HashMap<>();
    for (String name :
        new String[] {"whimbrel_turns_total", "whimbrel_writes_total", "whimbrel_wake_ups_total"}) {
      values.put(name, broker.metric(name));
    }
    return values;
  }
}
