package io.whimbrel.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.port.DropReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages from publisher to subscriber, on one event loop and across two. */
class SessionFlowTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void deliversEachQosAndAcknowledges(int shards) {
    VirtualBroker broker = new VirtualBroker(shards, VirtualBroker.limits());
    VirtualClient subscriber = broker.client(shards - 1);
    assertThat(subscriber.connect("sub", true, 100).sessionPresent()).isFalse();
    assertThat(subscriber.subscribe(Qos.EXACTLY_ONCE, "a/+").reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_2);
    VirtualClient publisher = broker.client(0);
    publisher.connect("pub", true, 100);

    publisher.publish("a/b", Qos.AT_MOST_ONCE, 0, "zero");
    assertThat(subscriber.hearText()).isEqualTo("zero");

    publisher.publish("a/b", Qos.AT_LEAST_ONCE, 1, "one"); // [MQTT-4.3.2-4]
    assertThat(publisher.hear(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    Publish one = subscriber.hear(Publish.class);
    assertThat(one.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    subscriber.puback(one.packetId());

    publisher.publish("a/b", Qos.EXACTLY_ONCE, 2, "two");
    assertThat(publisher.hear(Pubrec.class).packetId()).isEqualTo(2);
    Publish two = subscriber.hear(Publish.class);
    subscriber.pubrec(two.packetId());
    assertThat(subscriber.hear(Pubrel.class).packetId()).isEqualTo(two.packetId());
    subscriber.pubcomp(two.packetId());
    publisher.pubrel(2);
    assertThat(publisher.hear(Pubcomp.class).packetId()).isEqualTo(2);
    assertThat(subscriber.hearAll()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void keepsMessagesForAClientThatIsAwayAndHandsThemOverToItsNewEventLoop(int returnsOn) {
    VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
    VirtualClient first = broker.client(0);
    first.connect("sub", true, 100);
    first.subscribe(Qos.EXACTLY_ONCE, "a");
    first.vanish();
    VirtualClient publisher = broker.client(1);
    publisher.connect("pub", true, 0);
    for (int i = 1; i <= 5; i++) {
      publisher.publish("a", i % 2 == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE, i, "m" + i);
    }
    VirtualClient second = broker.client(returnsOn);
    assertThat(second.connect("sub", false, 100).sessionPresent()).isTrue();
    assertThat(second.hearTexts()).containsExactly("m1", "m2", "m3", "m4", "m5");
  }

  @Test
  void acknowledgesOnlyWhatIsDurable() {
    VirtualBroker broker = new VirtualBroker();
    VirtualClient subscriber = broker.client();
    subscriber.connect("sub", true, 100);
    subscriber.subscribe(Qos.AT_LEAST_ONCE, "a");
    VirtualClient publisher = broker.client();
    publisher.connect("pub", true, 0);
    broker.holdJournal();
    publisher.publish("a", Qos.AT_LEAST_ONCE, 1, "x");
    assertThat(publisher.hearAll()).isEmpty();
    broker.releaseJournal();
    assertThat(publisher.hear(Puback.class).packetId()).isEqualTo(1);
  }

  @Test
  void aSecondConnectionTakesTheSessionOver() {
    VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
    VirtualClient first = broker.client(0);
    first.connect("x", true, 100);
    VirtualClient second = broker.client(1);
    Connack connack = second.connect("x", false, 100);
    assertThat(connack.sessionPresent()).isTrue();
    assertThat(first.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
    assertThat(first.isClosed()).isTrue();
    assertThat(second.isClosed()).isFalse();
  }

  @Test
  void whatIsDurableSurvivesACrash() {
    VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
    VirtualClient subscriber = broker.client(0);
    subscriber.connect("sub", true, 100);
    subscriber.subscribe(Qos.EXACTLY_ONCE, "a/#");
    VirtualClient publisher = broker.client(1);
    publisher.connect("pub", true, 100);
    publisher.say(VirtualClient.retained("a/r", Qos.EXACTLY_ONCE, 9, "kept"));
    publisher.hear(Pubrec.class);
    assertThat(subscriber.hearText()).isEqualTo("kept");

    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    VirtualClient again = next.client(1);
    assertThat(again.connect("sub", false, 100).sessionPresent()).isTrue();
    Publish resent = again.hear(Publish.class);
    assertThat(resent.dup()).isTrue();
    VirtualClient pubAgain = next.client(0);
    assertThat(pubAgain.connect("pub", false, 100).sessionPresent()).isTrue();
    Publish repeated = VirtualClient.retained("a/r", Qos.EXACTLY_ONCE, 9, "kept");
    pubAgain.say(
        new Publish(
            true,
            repeated.qos(),
            true,
            repeated.topic(),
            9,
            repeated.properties(),
            repeated.payload()));
    pubAgain.hear(Pubrec.class);
    assertThat(again.hearAll()).isEmpty(); // [MQTT-4.3.3-10]
    VirtualClient late = next.client(0);
    late.connect("late", true, 0);
    late.subscribe(Qos.AT_MOST_ONCE, "#");
    assertThat(late.hear(Publish.class).retain()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aSessionFoundOnDiskIsResumedOnWhateverEventLoopItsClientReturns(int shard) {
    VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
    VirtualClient client = broker.client(0);
    client.connect("x", true, 100);
    client.subscribe(Qos.AT_LEAST_ONCE, "t");
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    VirtualClient again = next.client(shard);
    assertThat(again.connect("x", false, 100).sessionPresent()).isTrue();
    again.publish("t", Qos.AT_LEAST_ONCE, 1, "self");
    assertThat(again.hearText()).isEqualTo("self");
  }

  @Test
  void retainedMessagesOfQos0WaitForASlowSubscriber() {
    VirtualBroker broker = new VirtualBroker();
    VirtualClient publisher = broker.client();
    publisher.connect("pub", true, 0);
    String big = "x".repeat(100_000);
    for (int i = 0; i < 30; i++) {
      publisher.say(VirtualClient.retained("r/" + i, Qos.AT_MOST_ONCE, 0, big));
    }
    VirtualClient subscriber = broker.client();
    subscriber.connect("sub", true, 0);
    subscriber.stopReading();
    subscriber.say(
        new Subscribe(
            1,
            Properties.NONE,
            List.of(
                new SubscriptionRequest(
                    TopicFilter.of("r/+"), Qos.AT_MOST_ONCE, false, false, RetainHandling.SEND))));
    int heard = 0;
    for (int i = 0; i < 10; i++) {
      subscriber.readAgain();
      heard += (int) subscriber.hearAll().stream().filter(Publish.class::isInstance).count();
      subscriber.stopReading();
    }
    assertThat(heard).isEqualTo(30); // [MQTT-3.3.1-9]
    assertThat(broker.dropped(DropReason.SLOW_CONSUMER)).isZero();
  }
}
