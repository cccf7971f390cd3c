package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.VirtualClient.retained;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash of the broker leaves, and what it may not bring about. */
final class CrashTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private static VirtualBroker after(VirtualBroker crashed) {
    return new VirtualBroker(
        2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), crashed.durable());
  }

  private void assertSilentUntilDurable(VirtualClient client) {
    assertThat(client.hearAll()).isEmpty();
    broker.pass(5_000);
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
  }

  @Test
  void pubrecWaitsWhereNobodySubscribes() { // [MQTT-4.3.3-10]
    VirtualClient publisher = lodger(broker, 0, "pub");
    broker.holdJournal();
    publisher.publish("t", QOS_2, 1, "x");
    assertSilentUntilDurable(publisher);
    publisher.hear(Pubrec.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void pubrelDoesNotOvertakeItsPubrecOverATakeover(int shard) { // [MQTT-4.3.3-6]
    VirtualClient subscriber = lodger(broker, 0, "sub");
    subscriber.subscribe(QOS_2, "t");
    guest(broker, 0, "pub").publish("t", QOS_2, 1, "x");
    int id = subscriber.hear(Publish.class).packetId();
    broker.holdJournal();
    subscriber.pubrec(id);
    VirtualClient second = broker.client(shard);
    second.say(VirtualConnect.as("sub").resuming().expiring(1000).packet());
    assertSilentUntilDurable(second);
    second.hear(Connack.class);
    assertThat(second.hear(Pubrel.class).packetId()).isEqualTo(id);
    assertThat(second.hearAll()).isEmpty();
  }

  @Test
  void whatWasAcknowledgedIsThere() {
    VirtualClient client = lodger(broker, 1, "x");
    client.subscribe(QOS_2, "t/#");
    client.unsubscribe("t/#");
    client.hear(Unsuback.class);
    client.subscribe(QOS_1, "u");
    VirtualClient publisher = guest(broker, 0, "pub");
    publisher.say(retained("r", QOS_1, 1, "kept"), retained("gone", QOS_1, 2, "x"));
    publisher.say(retained("gone", QOS_1, 3, ""));
    client.vanish();
    publisher.publish("u", QOS_1, 4, "waits");

    VirtualBroker next = after(broker);
    VirtualClient again = back(next, 0, "x");
    assertThat(again.hearTexts()).containsExactly("waits");
    guest(next, "pub").say(message("t/1", QOS_1, 1, "nobody"), message("u", QOS_1, 2, "new"));
    assertThat(again.hearTexts()).containsExactly("new");
    VirtualClient reader = guest(next, "reader");
    reader.subscribe(QOS_1, "#");
    assertThat(reader.hearTexts()).containsExactly("kept");
  }

  @Test
  void whatWasNeverSaidToBeThereNeedNotBe() {
    VirtualClient client = lodger(broker, 1, "x");
    broker.holdJournal();
    client.say(new Subscribe(1, Properties.NONE, List.of(filter("t", QOS_1))));
    VirtualClient other = broker.client(0);
    other.say(VirtualConnect.as("y").expiring(100).packet());
    VirtualBroker next = after(broker);
    VirtualClient again = back(next, 0, "x");
    guest(next, "pub").publish("t", QOS_1, 1, "x");
    assertThat(again.hearAll()).isEmpty();
    assertThat(next.client(0).connect("y", false, 100).sessionPresent()).isFalse();
  }

  @Test
  void aSessionThatEndedStaysSo() { // [MQTT-3.1.2-4] [MQTT-4.1.0-2]
    lodger(broker, 0, "x").subscribe(QOS_1, "t");
    guest(broker, 1, "x");
    VirtualBroker next = after(broker);
    assertThat(next.client(0).connect("x", false, 100).sessionPresent()).isFalse();
  }
}
