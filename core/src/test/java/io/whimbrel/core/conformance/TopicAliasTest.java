package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.VirtualClient.text;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.alias;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Topic Aliases both ways (3.3.2.3.4). */
final class TopicAliasTest {
  private final VirtualBroker broker = new VirtualBroker();
  private final VirtualClient listener = guest(broker, "listener");

  private void listen() {
    listener.subscribe(QOS_0, "#");
  }

  private static Publish byAlias(int alias, String payload) {
    Publish named = message("x", QOS_0, 0, payload, alias(alias));
    return new Publish(false, QOS_0, false, TopicName.NONE, 0, named.properties(), named.payload());
  }

  @Test
  void anAliasStandsForItsTopicAndCanBeSetAnew() {
    listen();
    VirtualClient client = guest(broker, "x");
    for (int i = 1; i <= 10; i++) { // [MQTT-3.3.2-12]
      client.say(message("t/" + i, QOS_0, 0, "a", alias(i)));
    }
    client.say(byAlias(10, "b"), message("u", QOS_0, 0, "c", alias(10)), byAlias(10, "d"));
    List<Packet> heard = listener.hearAll();
    assertThat(heard).hasSize(13);
    assertThat(((Publish) heard.get(10)).topic().toString()).isEqualTo("t/10");
    assertThat(((Publish) heard.get(12)).topic().toString()).isEqualTo("u");
    assertThat(((Publish) heard.get(12)).properties().has(PropertyId.TOPIC_ALIAS)).isFalse();
  }

  @Test
  void anAliasAboveTheMaximumClosesTheConnection() { // [MQTT-3.3.2-9] [MQTT-3.2.2-17]
    VirtualClient client = guest(broker, "x");
    client.say(message("t", QOS_0, 0, "a", alias(11)));
    assertEnded(client, ReasonCode.TOPIC_ALIAS_INVALID);
  }

  @Test
  void aliasZeroClosesTheConnection() { // [MQTT-3.3.2-8]
    VirtualClient client = guest(broker, "x");
    client.sayBytes(new byte[] {0x30, 7, 0, 1, 't', 3, 0x23, 0, 0});
    assertEnded(client, ReasonCode.TOPIC_ALIAS_INVALID);
  }

  @Test
  void whereThereAreNoneAnyAliasClosesTheConnection() { // [MQTT-3.2.2-18]
    VirtualBroker plain = new VirtualBroker(1, VirtualLimits.with(l -> l.topicAliasMaximumIn = 0));
    VirtualClient client = guest(plain, "x");
    client.say(message("t", QOS_0, 0, "a", alias(1)));
    assertEnded(client, ReasonCode.TOPIC_ALIAS_INVALID);
  }

  @Test
  void anAliasThatWasNeverSetClosesTheConnection() {
    VirtualClient client = guest(broker, "x");
    client.say(byAlias(1, "a"));
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void aliasesEndWithTheirConnection() { // [MQTT-3.3.2-7]
    VirtualClient client = lodger(broker, "x");
    client.say(message("t", QOS_0, 0, "a", alias(1)));
    client.vanish();
    client = back(broker, "x");
    client.say(byAlias(1, "b"));
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void aMessageThatIsRefusedSetsItsAliasAllTheSame() {
    listen();
    VirtualClient client = guest(broker, "x");
    client.say(message("secret/t", QOS_1, 1, "a", alias(1)));
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    client.say(byAlias(1, "b"));
    assertAlive(client);
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void theBrokerSetsNoneWithoutBeingAsked() { // [MQTT-3.1.2-27]
    listen();
    VirtualClient client = guest(broker, "x");
    client.publish("t", QOS_0, 0, "a").publish("t", QOS_0, 0, "b");
    for (Packet packet : listener.hearAll()) {
      Publish heard = (Publish) packet;
      assertThat(heard.topic().toString()).isEqualTo("t");
      assertThat(heard.properties().has(PropertyId.TOPIC_ALIAS)).isFalse();
    }
  }

  @Test
  void theBrokerUsesAsManyAsItMay() { // [MQTT-3.1.2-26] [MQTT-3.3.2-11] [MQTT-3.3.2-8]
    VirtualClient eager = broker.client();
    eager.connect(VirtualConnect.as("eager").with(PropertyId.TOPIC_ALIAS_MAXIMUM, 2));
    eager.subscribe(QOS_0, "#");
    VirtualClient client = guest(broker, "x");
    for (int round = 0; round < 2; round++) {
      for (String topic : List.of("a", "b", "c")) {
        client.publish(topic, QOS_0, 0, topic);
      }
    }
    String[] topics = new String[3];
    for (Packet packet : eager.hearAll()) {
      Publish heard = (Publish) packet;
      int alias = (int) heard.properties().number(PropertyId.TOPIC_ALIAS, 0);
      assertThat(alias).isBetween(0, 2);
      if (!heard.topic().isNone()) {
        topics[alias] = heard.topic().toString();
      }
      assertThat(text(heard)).isEqualTo(topics[alias]);
    }
  }
}
