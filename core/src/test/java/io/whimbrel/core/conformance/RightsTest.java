package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.UserProperty;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Proof;
import io.whimbrel.core.port.Rights;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rights that change while clients are connected, and what the broker says of a sender. */
final class RightsTest {
  private final Set<String> withheld = new HashSet<>();
  private final Set<String> readOnly = new HashSet<>();
  private final Set<String> noFilters = new HashSet<>();
  private final Set<String> unknown = new HashSet<>();
  private Qos ceiling = QOS_2;

  private final class Changing extends VirtualBroker.OpenAccess {
    @Override
    public void authenticate(
        String clientId,
        io.whimbrel.codec.Connect connect,
        io.whimbrel.core.port.Origin origin,
        Answer answer) {
      Rights rights = rightsOf(new Identity(clientId, "", "anonymous", origin));
      Properties sender = Properties.builder().user("sender", clientId).build();
      answer.accept(
          new Admission(
              "",
              "anonymous",
              rights,
              (properties, topic, now) -> properties.followedBy(sender),
              Proof.LASTING,
              null));
    }

    @Override
    public ReasonCode mayPublish(Identity who, TopicName topic, Qos qos, boolean retain) {
      return readOnly.contains(who.clientId()) ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS;
    }

    @Override
    public ReasonCode maySubscribe(Identity who, TopicFilter filter, Qos qos) {
      if (unknown.contains(who.clientId())) {
        return ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
      }
      if (noFilters.contains(who.clientId())) {
        return ReasonCode.NOT_AUTHORIZED;
      }
      return ReasonCode.granted(qos.number() < ceiling.number() ? qos : ceiling);
    }

    @Override
    public boolean mayReceive(Identity who, TopicName topic) {
      return !withheld.contains(topic.toString())
          && !noFilters.contains(who.clientId())
          && !unknown.contains(who.clientId());
    }
  }

  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits(), new Changing());
  private final VirtualClient publisher = guest(broker, 1, "publisher");

  @Test
  void whatAClientMayNotHaveIsWithheldFromItsWildcardAndCounted() {
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_2, "#");
    withheld.add("a/b");
    publisher.publish("a/b", QOS_0, 0, "zero").publish("a/b", QOS_1, 1, "one");
    publisher.publish("a/b", QOS_2, 2, "two").publish("a/c", QOS_1, 3, "other");
    assertThat(listener.hearTexts()).containsExactly("other");
    assertThat(broker.dropped(DropReason.WITHHELD)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "0,1", "1,0", "1,1", "2,1"})
  void whoLosesItsRightToASharedSubscriptionLeavesItAndItsShareGoesToTheOthers(
      int qosNumber, int shard) {
    Qos qos = Qos.of(qosNumber);
    VirtualClient removed = guest(broker, shard, "removed");
    VirtualClient other = guest(broker, 1, "other");
    removed.subscribe(QOS_2, "$share/g/a/#");
    other.subscribe(QOS_2, "$share/g/a/#");
    noFilters.add("removed");
    for (int i = 0; i < 10; i++) {
      publisher.publish("a/" + i, qos, qos == QOS_0 ? 0 : 1 + i, "m");
      publisher.pubrel(1 + i);
    }
    assertThat(removed.hearAll()).isEmpty();
    // The first that falls to it shows that it has no right; of QoS 0 that one is lost.
    assertThat(other.hearTexts()).hasSize(qos == QOS_0 ? 9 : 10);
    assertThat(broker.dropped(DropReason.WITHHELD)).isEqualTo(qos == QOS_0 ? 1 : 0);
  }

  @Test
  void whereNobodyElseIsInTheGroupItIsWithheldAndTheMemberStays() {
    VirtualClient alone = guest(broker, 1, "alone");
    alone.subscribe(QOS_1, "$share/g/a");
    noFilters.add("alone");
    publisher.publish("a", QOS_1, 1, "m").publish("a", QOS_1, 2, "m");
    assertThat(alone.hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.WITHHELD)).isEqualTo(2);
    noFilters.clear();
    publisher.publish("a", QOS_1, 3, "again");
    assertThat(alone.hearTexts()).containsExactly("again");
  }

  @ParameterizedTest
  @CsvSource({"false,0", "true,0", "false,1", "true,1"})
  void whereTheOthersHaveNoRoomItIsWithheldOnce(boolean lasting, int shard) {
    VirtualBroker tight =
        new VirtualBroker(2, VirtualLimits.with(l -> l.queueMessagesMax = 2), new Changing());
    VirtualClient removed =
        lasting ? lodger(tight, shard, "removed") : guest(tight, shard, "removed");
    VirtualClient away = lodger(tight, 1, "away");
    VirtualClient other = guest(tight, 1, "publisher");
    away.subscribe(QOS_1, "$share/g/a");
    away.subscribe(QOS_1, "b");
    away.vanish();
    other.publish("b", QOS_1, 1, "full").publish("b", QOS_1, 2, "full");
    removed.subscribe(QOS_1, "$share/g/a");
    noFilters.add("removed");
    other.publish("a", QOS_1, 3, "m").publish("a", QOS_1, 4, "m");
    assertThat(removed.hearAll()).isEmpty();
    assertThat(tight.dropped(DropReason.WITHHELD)).isPositive();
    noFilters.clear();
    other.publish("a", QOS_1, 5, "m");
    assertThat(removed.hearAll()).isEmpty(); // it has left
  }

  @Test
  void anErrorThatIsNoRefusalEndsNoSubscription() {
    VirtualClient troubled = guest(broker, 1, "troubled");
    VirtualClient other = guest(broker, 1, "other");
    troubled.subscribe(QOS_1, "$share/g/a");
    other.subscribe(QOS_1, "$share/g/a");
    unknown.add("troubled");
    publisher.publish("a", QOS_1, 1, "m").publish("a", QOS_1, 2, "m");
    unknown.clear();
    publisher.publish("a", QOS_1, 3, "m").publish("a", QOS_1, 4, "m");
    assertThat(troubled.hearTexts()).hasSize(1);
    assertThat(other.hearTexts()).hasSize(2);
  }

  @Test
  void whatIsWithheldHoldsNoQuotaOfTheClient() {
    VirtualClient listener = broker.client();
    listener.connect(
        VirtualConnect.as("listener").with(io.whimbrel.codec.PropertyId.RECEIVE_MAXIMUM, 1));
    listener.subscribe(QOS_2, "#");
    withheld.add("a");
    publisher.publish("a", QOS_1, 1, "x").publish("a", QOS_2, 2, "x").publish("b", QOS_1, 3, "y");
    assertThat(listener.hearTexts()).containsExactly("y");
  }

  @Test
  void whatWaitedForAClientIsJudgedWhenItComesBack() {
    VirtualClient listener = lodger(broker, 1, "listener");
    listener.subscribe(QOS_1, "#");
    listener.vanish();
    publisher.publish("a", QOS_1, 1, "before").publish("b", QOS_1, 2, "allowed");
    withheld.add("a");
    listener = back(broker, 1, "listener");
    assertThat(listener.hearTexts()).containsExactly("allowed");
    assertThat(broker.dropped(DropReason.WITHHELD)).isEqualTo(1);
  }

  @Test
  void whatTheClientHadBeforeIsCompleted() { // [MQTT-4.4.0-1]
    VirtualClient listener = lodger(broker, 1, "listener");
    listener.subscribe(QOS_1, "#");
    publisher.publish("a", QOS_1, 1, "seen");
    assertThat(listener.hearText()).isEqualTo("seen");
    listener.vanish();
    withheld.add("a");
    Publish again = back(broker, 1, "listener").hear(Publish.class);
    assertThat(again.dup()).isTrue();
  }

  @Test
  void aRetainedMessageIsWithheldToo() {
    publisher.say(VirtualClient.retained("a", QOS_1, 1, "kept"));
    publisher.say(VirtualClient.retained("b", QOS_1, 2, "open"));
    withheld.add("a");
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_1, "#");
    assertThat(listener.hearTexts()).containsExactly("open");
  }

  @Test
  void aSubscriptionIsGrantedAtTheQosThatIsAllowed() { // [MQTT-3.8.4-7] [MQTT-3.8.4-8]
    ceiling = QOS_1;
    VirtualClient listener = guest(broker, 1, "listener");
    assertThat(listener.subscribe(QOS_2, "#").reasons()).containsExactly(ReasonCode.GRANTED_QOS_1);
    publisher.publish("a", QOS_2, 1, "x");
    assertThat(listener.hear(Publish.class).qos()).isEqualTo(QOS_1);
  }

  @Test
  void aWillIsJudgedByWhatItsClientMayWhenItIsDue() {
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_1, "#");
    VirtualClient mortal = broker.client();
    mortal.connect(VirtualConnect.as("mortal").will("w", QOS_1, false, "gone"));
    readOnly.add("mortal");
    mortal.vanish();
    assertThat(listener.hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.NOT_AUTHORISED)).isEqualTo(1);
  }

  @Test
  void messagesAndWillsSayWhoSentThemWhereTheBrokerKnows() {
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_1, "#");
    publisher.publish("a", QOS_1, 1, "x");
    VirtualClient mortal = broker.client();
    mortal.connect(VirtualConnect.as("mortal").will("w", QOS_0, false, "gone"));
    mortal.vanish();
    assertThat(listener.hear(Publish.class).properties().userProperties())
        .containsExactly(new UserProperty("sender", "publisher"));
    assertThat(listener.hear(Publish.class).properties().userProperties())
        .containsExactly(new UserProperty("sender", "mortal"));
  }

  @Test
  void anOldClientThatPublishesWhereItMayNotIsClosedBySetting() { // [3.1.1 MQTT-3.3.5-2]
    VirtualBroker closing =
        new VirtualBroker(1, VirtualLimits.with(l -> l.closeUnauthorised = true), new Changing());
    for (Qos qos : Qos.values()) {
      VirtualClient old = closing.client().speaking(ProtocolVersion.MQTT_3_1_1);
      old.connect311("old" + qos, true);
      readOnly.add("old" + qos);
      old.publish("a", qos, qos == QOS_0 ? 0 : 1, "x");
      assertCut(old);
    }
    assertThat(closing.dropped(DropReason.NOT_AUTHORISED)).isEqualTo(3);
  }

  @Test
  void aReasonIsNotRevealedBySetting() { // 3.4.2.1, 3.9.3
    VirtualBroker silent =
        new VirtualBroker(
            1,
            VirtualLimits.with(l -> l.concealUnauthorised = true),
            new VirtualBroker.OpenAccess());
    VirtualClient client = guest(silent, "x");
    assertThat(client.subscribe(QOS_1, "secret/a").reasons())
        .containsExactly(ReasonCode.UNSPECIFIED_ERROR);
    client.publish("secret/a", QOS_1, 1, "x");
    assertThat(client.hear(io.whimbrel.codec.Puback.class).reason())
        .isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
    assertThat(silent.dropped(DropReason.NOT_AUTHORISED)).isEqualTo(1);
  }
}
