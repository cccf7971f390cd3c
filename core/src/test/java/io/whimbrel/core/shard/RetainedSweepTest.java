package io.whimbrel.core.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import org.junit.jupiter.api.Test;

class RetainedSweepTest {
  private static Publish expiring(String topic, int seconds) {
    Properties properties =
        Properties.builder().set(PropertyId.MESSAGE_EXPIRY_INTERVAL, seconds).build();
    return new Publish(
        false, Qos.AT_LEAST_ONCE, true, TopicName.of(topic), 1, properties, new byte[10]);
  }

  @Test
  void retainedMessagesLeaveTheBrokerAfterTheirExpiry() {
    VirtualBroker broker = new VirtualBroker();
    VirtualClient publisher = broker.client();
    publisher.connect("pub", true, 0);
    for (int i = 0; i < 20; i++) {
      publisher.say(expiring("e/" + i, 5 + i));
    }
    publisher.say(VirtualClient.retained("stays", Qos.AT_LEAST_ONCE, 1, "x"));
    assertThat(broker.broker().retainedMessages()).isEqualTo(21);
    broker.pass(14_000);
    assertThat(broker.broker().retainedMessages()).isLessThan(21);
    broker.pass(60_000);
    assertThat(broker.broker().retainedMessages()).isEqualTo(1);
  }

  @Test
  void andAfterARestartToo() {
    VirtualBroker broker = new VirtualBroker();
    VirtualClient publisher = broker.client();
    publisher.connect("pub", true, 0);
    publisher.say(expiring("e", 100));
    VirtualBroker next =
        new VirtualBroker(
            1, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    assertThat(next.broker().retainedMessages()).isEqualTo(1);
    next.pass(120_000);
    assertThat(next.broker().retainedMessages()).isZero();
  }
}
