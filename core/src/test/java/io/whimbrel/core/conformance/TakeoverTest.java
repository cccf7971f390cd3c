package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client identifier that comes twice (3.1.4). */
final class TakeoverTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theConnectionBeforeIsToldAndClosed(int shard) {
    VirtualClient first = lodger(broker, 0, "x");
    VirtualClient second = back(broker, shard, "x");
    assertEnded(first, ReasonCode.SESSION_TAKEN_OVER); // [MQTT-3.1.4-3]
    assertAlive(second);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aClientOf311IsJustClosed(int shard) {
    VirtualClient first = broker.client(0);
    first.connect311("x", false);
    VirtualClient second = broker.client(shard);
    assertThat(second.connect311("x", false).sessionPresent()).isTrue();
    assertCut(first); // [3.1.1 MQTT-3.1.4-2]
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0,false", "1,true", "1,false"})
  void anotherUserNeitherTakesNorEndsASession(int shard, boolean connected) {
    VirtualClient owner = broker.client(0);
    owner.connect(VirtualConnect.as("x").user("alice", "a").expiring(1000));
    owner.subscribe(QOS_1, "t");
    if (!connected) {
      owner.disconnect();
    }
    for (boolean clean : new boolean[] {true, false}) {
      VirtualClient stranger = broker.client(shard);
      VirtualConnect connect = VirtualConnect.as("x").user("bob", "b").expiring(1000);
      stranger.say((clean ? connect : connect.resuming()).packet());
      assertRefused(stranger, ReasonCode.NOT_AUTHORIZED);
    }
    if (connected) {
      assertAlive(owner);
    }
    guest(broker, "pub").publish("t", QOS_1, 1, "for alice");
    VirtualClient again = broker.client(shard);
    assertThat(
            again
                .connect(VirtualConnect.as("x").user("alice", "a").resuming().expiring(1000))
                .sessionPresent())
        .isTrue();
    assertThat(again.hear(Publish.class).payload()).asString().isEqualTo("for alice");
  }

  /** A newer claim refuses older ones; that of a stranger must not. */
  @Test
  void aStrangerDoesNotKeepTheOwnerOutWhoseClaimIsOnItsWay() {
    List<Runnable> held = new ArrayList<>();
    VirtualBroker two =
        new VirtualBroker(
            2,
            VirtualBroker.limits(),
            new VirtualBroker.OpenAccess() {
              @Override
              public void authenticate(
                  String clientId, Connect connect, Origin origin, Answer answer) {
                if ("bob".equals(connect.userName())) {
                  held.add(() -> super.authenticate(clientId, connect, origin, answer));
                } else {
                  held.forEach(Runnable::run); // heard by its loop before the claim that follows
                  super.authenticate(clientId, connect, origin, answer);
                }
              }
            });
    VirtualClient before = two.client(1);
    before.connect(VirtualConnect.as("x").user("alice", "a").expiring(1000));
    VirtualClient stranger = two.client(1);
    stranger.say(VirtualConnect.as("x").user("bob", "b").resuming().packet());
    VirtualClient owner = two.client(0);
    assertThat(
            owner
                .connect(VirtualConnect.as("x").user("alice", "a").resuming().expiring(1000))
                .sessionPresent())
        .isTrue();
    assertRefused(stranger, ReasonCode.NOT_AUTHORIZED);
    assertAlive(owner);
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0,false", "1,true", "1,false"})
  void whatNobodyOwnedBecomesTheUsersWhoComesFirst(int shard, boolean restarted) {
    VirtualBroker now = new VirtualBroker(2, VirtualBroker.limits(), new FirstComes());
    VirtualClient nobody = now.client(0);
    nobody.connect(VirtualConnect.as("x").expiring(1000));
    nobody.disconnect();
    VirtualClient first = now.client(shard);
    VirtualConnect alice = VirtualConnect.as("x").user("alice", "a").resuming().expiring(1000);
    assertThat(first.connect(alice).sessionPresent()).isTrue();
    first.disconnect();
    if (restarted) {
      now = new VirtualBroker(2, VirtualBroker.limits(), new FirstComes(), now.durable());
    }
    VirtualClient second = now.client(1 - shard);
    second.say(VirtualConnect.as("x").user("bob", "b").resuming().packet());
    assertRefused(second, ReasonCode.NOT_AUTHORIZED);
    assertThat(now.client(shard).connect(alice).sessionPresent()).isTrue();
  }

  /** As where passwords are checked: what nobody owns keeps nobody out. */
  private static final class FirstComes extends VirtualBroker.OpenAccess {
    @Override
    public boolean mayResume(String owner, Identity who) {
      return owner.isEmpty() || owner.equals(who.user());
    }
  }

  @Test
  void aSessionThatHasEndedIsNobodys() {
    VirtualClient first = broker.client(0);
    first.connect(VirtualConnect.as("x").user("alice", "a"));
    first.disconnect();
    VirtualClient second = broker.client(1);
    assertThat(second.connect(VirtualConnect.as("x").user("bob", "b")).reason())
        .isEqualTo(ReasonCode.SUCCESS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatIsInFlightGoesOnWithTheNewConnection(int shard) {
    VirtualClient first = lodger(broker, 0, "x");
    first.subscribe(QOS_2, "t");
    VirtualClient publisher = guest(broker, "pub");
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    Publish a = first.hear(Publish.class);
    Publish b = first.hear(Publish.class);
    VirtualClient second = back(broker, shard, "x");
    Publish again = second.hear(Publish.class); // [MQTT-3.1.2-5] [MQTT-4.4.0-1]
    assertThat(again.packetId()).isEqualTo(a.packetId());
    assertThat(again.dup()).isTrue();
    assertThat(second.hear(Publish.class).packetId()).isEqualTo(b.packetId());
    first.puback(a.packetId()); // nobody listens to the old connection any more
    publisher.publish("t", QOS_1, 3, "c");
    assertThat(second.hearText()).isEqualTo("c");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aSessionThatEndsWithItsConnectionIsNotTakenOver(int shard) {
    VirtualClient first = guest(broker, 0, "x");
    first.subscribe(QOS_1, "t");
    VirtualClient second = broker.client(shard);
    assertThat(second.connect(VirtualConnect.as("x").resuming()).sessionPresent()).isFalse();
    assertEnded(first, ReasonCode.SESSION_TAKEN_OVER);
    guest(broker, "pub").publish("t", QOS_1, 1, "x");
    assertThat(second.hearAll()).isEmpty(); // [MQTT-4.1.0-2]
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whoDoesNotReadAnyMoreIsTakenOverWithoutWaiting(int shard) {
    VirtualClient first = lodger(broker, 0, "x");
    first.subscribe(QOS_1, "t");
    first.stopReading();
    VirtualClient publisher = guest(broker, "pub");
    for (int i = 1; i <= 10; i++) {
      publisher.publish("t", QOS_1, i, "m" + i);
    }
    VirtualClient second = back(broker, shard, "x");
    assertThat(first.isClosed()).isTrue();
    assertThat(second.hearTexts()).hasSize(10).startsWith("m1").endsWith("m10");
    assertThat(broker.broker().clients()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theLateEndOfTheConnectionBeforeTouchesNobody(int shard) {
    VirtualClient first = lodger(broker, 0, "x");
    VirtualClient second = back(broker, shard, "x");
    second.subscribe(QOS_1, "t");
    first.vanish();
    first.vanish();
    guest(broker, "pub").publish("t", QOS_1, 1, "a");
    assertThat(second.hearText()).isEqualTo("a");
    assertThat(broker.broker().clients()).isEqualTo(2);
    assertAlive(second);
  }

  @Test
  void ofManyTheLastOneStays() {
    VirtualClient last = lodger(broker, 0, "x");
    for (int i = 1; i <= 500; i++) {
      VirtualClient next = back(broker, i % 2, "x");
      assertEnded(last, ReasonCode.SESSION_TAKEN_OVER);
      last.vanish();
      last = next;
    }
    assertAlive(last);
  }
}
