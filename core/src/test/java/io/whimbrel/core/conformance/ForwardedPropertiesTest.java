package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static io.whimbrel.core.conformance.Talk.subscribeAs;
import static io.whimbrel.core.conformance.Talk.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a message carries beside its payload reaches its readers as it was said (3.3.2.3). */
final class ForwardedPropertiesTest {
  private static final byte[] CORRELATION = {0, 1, (byte) 0xFF, 0, (byte) 0x80};
  private static final Consumer<Properties.Builder> ALL =
      p ->
          p.user("b", "1")
              .set(PropertyId.CONTENT_TYPE, "text/plain; ☃")
              .user("a", "2")
              .set(PropertyId.RESPONSE_TOPIC, "reply/\uFEFF/here")
              .user("b", "1")
              .set(PropertyId.CORRELATION_DATA, CORRELATION)
              .user("", "")
              .set(PropertyId.PAYLOAD_FORMAT_INDICATOR, 1)
              .user("b", "0");

  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private static void assertUnaltered(Publish heard) {
    Properties properties = heard.properties();
    assertThat(VirtualClient.text(heard)).isEqualTo("question");
    assertThat(properties.number(PropertyId.PAYLOAD_FORMAT_INDICATOR, -1))
        .isEqualTo(1); // [MQTT-3.3.2-4]
    assertThat(properties.text(PropertyId.RESPONSE_TOPIC))
        .isEqualTo("reply/\uFEFF/here"); // [MQTT-3.3.2-15] [MQTT-1.5.4-3]
    assertThat(properties.binary(PropertyId.CORRELATION_DATA))
        .isEqualTo(CORRELATION); // [MQTT-3.3.2-16]
    assertThat(texts(properties.userProperties()))
        .containsExactly("b=1", "a=2", "b=1", "=", "b=0"); // [MQTT-3.3.2-17] [MQTT-3.3.2-18]
    assertThat(properties.text(PropertyId.CONTENT_TYPE))
        .isEqualTo("text/plain; ☃"); // [MQTT-3.3.2-20]
  }

  @ParameterizedTest
  @CsvSource({
    "AT_MOST_ONCE, 0", "AT_LEAST_ONCE, 0", "EXACTLY_ONCE, 0",
    "AT_MOST_ONCE, 1", "AT_LEAST_ONCE, 1", "EXACTLY_ONCE, 1"
  })
  void allOfItReachesEverySubscriberUnaltered(Qos qos, int shard) {
    // [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18]
    VirtualClient one = guest(broker, shard, "one");
    one.subscribe(QOS_2, "t");
    VirtualClient two = guest(broker, 1 - shard, "two");
    two.subscribe(QOS_0, "$share/g/#");
    guest(broker, "pub").say(message("t", qos, qos == QOS_0 ? 0 : 1, "question", ALL));
    assertUnaltered(one.hear(Publish.class));
    assertUnaltered(two.hear(Publish.class)); // [MQTT-3.3.2-20]
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void evenIfItWaitedWasSentTwiceAndTheBrokerCrashed(int shard) { // [MQTT-3.3.2-17]
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_2, "t");
    client.vanish();
    guest(broker, "pub").say(message("t", QOS_2, 1, "question", ALL));
    VirtualClient second = back(broker, shard, "x");
    assertUnaltered(second.hear(Publish.class));
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    assertUnaltered(back(next, shard, "x").hear(Publish.class));
  }

  @Test
  void retainedMessagesAndWillsKeepIt() { // [MQTT-3.3.2-17] [MQTT-3.1.3-10]
    VirtualClient mortal = broker.client(0);
    mortal.connect(VirtualConnect.as("mortal").will("t", QOS_1, true, "question", ALL));
    VirtualClient witness = guest(broker, 1, "witness");
    witness.subscribe(QOS_1, "t");
    mortal.vanish();
    assertUnaltered(witness.hear(Publish.class));
    VirtualClient late = guest(broker, 1, "late");
    late.subscribe(QOS_1, "t");
    assertUnaltered(late.hear(Publish.class));
  }

  @Test
  void whatIsNotSaidIsNotAdded() {
    VirtualClient client = guest(broker, 1, "x");
    client.subscribe(QOS_1, "t");
    VirtualClient publisher = guest(broker, 0, "pub");
    publisher.publish("t", QOS_1, 1, "plain");
    publisher.say(message("t", QOS_1, 2, "", p -> p.set(PropertyId.PAYLOAD_FORMAT_INDICATOR, 0)));
    assertThat(client.hear(Publish.class).properties().isEmpty()).isTrue();
    Properties second = client.hear(Publish.class).properties();
    assertThat(second.has(PropertyId.PAYLOAD_FORMAT_INDICATOR)).isTrue(); // [MQTT-3.3.2-4]
  }

  @Test
  void whatConcernsOneConnectionStaysThere() { // [MQTT-3.3.2-7] [MQTT-3.1.2-27] [MQTT-3.3.4-3]
    VirtualClient client = guest(broker, 1, "x");
    subscribeAs(7, client, Talk.filter("t", QOS_1));
    VirtualClient publisher = guest(broker, 0, "pub");
    publisher.say(message("t", QOS_1, 1, "x", p -> p.set(PropertyId.TOPIC_ALIAS, 3)));
    Publish heard = client.hear(Publish.class);
    assertThat(heard.properties().has(PropertyId.TOPIC_ALIAS)).isFalse();
    assertThat(heard.properties().subscriptionIdentifiers()).containsExactly(7);
  }

  @Test
  void aReaderOf311HearsThePayloadAlone() {
    VirtualClient old = broker.client(1);
    old.connect311("old", true);
    old.subscribe(QOS_1, "t");
    guest(broker, 0, "pub").say(message("t", QOS_1, 1, "question", ALL));
    Publish heard = old.hear(Publish.class);
    assertThat(VirtualClient.text(heard)).isEqualTo("question");
    assertThat(heard.properties().isEmpty()).isTrue();
  }
}
