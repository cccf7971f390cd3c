package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.properties;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.Proof;
import io.whimbrel.core.port.Rights;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that are let in for so long and no longer, and prove themselves again (4.12.1). */
final class AdmissionExpiryTest {
  private static final long MINUTE = 60_000;
  private final Passes passes = new Passes();
  private final VirtualBroker broker = new VirtualBroker(1, VirtualBroker.limits(), passes);

  /** Passes such as {@code alice} or {@code alice a/b}: what it may read, for a minute. */
  private static final class Passes extends VirtualBroker.OpenAccess {
    private final List<Runnable> held = new ArrayList<>();
    private boolean holds;

    @Override
    public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
      byte[] data = connect.properties().binary(PropertyId.AUTHENTICATION_DATA);
      byte[] shown = data == null ? connect.password() : data;
      if (shown == null) {
        super.authenticate(clientId, connect, origin, answer);
      } else {
        letIn(new String(shown, UTF_8), clientId, origin, answer);
      }
    }

    @Override
    public void continueAuthentication(
        String clientId, Connect connect, Origin origin, byte[] data, Object state, Answer answer) {
      if (holds) {
        later(() -> letIn(new String(data, UTF_8), clientId, origin, answer));
        return;
      }
      letIn(new String(data, UTF_8), clientId, origin, answer);
    }

    private void later(Runnable answer) {
      held.add(answer);
    }

    private void letIn(String pass, String clientId, Origin origin, Answer answer) {
      String[] parts = pass.split(" ");
      Identity who = new Identity(clientId, parts[0], "pass", origin);
      Rights open = rightsOf(who);
      Rights some = parts.length == 1 ? open : new Narrow(open, parts[1]);
      answer.accept(
          Admission.of(parts[0], "pass", some).by(new Proof("desk", parts[0], pass, MINUTE)));
    }
  }

  /** To read only one topic, and to write only there. */
  private record Narrow(Rights open, String only) implements Rights {
    @Override
    public ReasonCode mayPublish(TopicName topic, io.whimbrel.codec.Qos qos, boolean retain) {
      return topic.toString().equals(only) ? ReasonCode.SUCCESS : ReasonCode.NOT_AUTHORIZED;
    }

    @Override
    public ReasonCode maySubscribe(TopicFilter filter, io.whimbrel.codec.Qos qos) {
      return filter.toString().equals(only) ? ReasonCode.granted(qos) : ReasonCode.NOT_AUTHORIZED;
    }

    @Override
    public boolean mayReceive(TopicName topic) {
      return topic.toString().equals(only);
    }
  }

  private static VirtualConnect with(String pass) {
    return VirtualConnect.as("x")
        .expiring(3_600)
        .with(PropertyId.AUTHENTICATION_METHOD, "PASS")
        .with(PropertyId.AUTHENTICATION_DATA, pass.getBytes(UTF_8));
  }

  private VirtualClient let(VirtualConnect connect) {
    VirtualClient client = broker.client();
    client.say(connect.packet());
    assertThat(client.hear(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  private static Auth again(String pass) {
    return new Auth(
        ReasonCode.REAUTHENTICATE,
        properties(
            p ->
                p.set(PropertyId.AUTHENTICATION_METHOD, "PASS")
                    .set(PropertyId.AUTHENTICATION_DATA, pass.getBytes(UTF_8))));
  }

  private static void renew(VirtualClient client, String pass) {
    client.say(again(pass));
    assertThat(client.hear(Auth.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void aClientIsClosedWhereItsTimeIsOver() {
    VirtualClient client = let(with("alice"));
    broker.pass(MINUTE - 1);
    assertAlive(client);
    broker.pass(1);
    assertEnded(client, ReasonCode.MAXIMUM_CONNECT_TIME);
  }

  @Test
  void anOlderClientIsClosedWithoutAWord() {
    VirtualClient client =
        let(VirtualConnect.as("x").speaking(ProtocolVersion.MQTT_3_1_1).user("u", "alice"));
    broker.pass(MINUTE);
    assertCut(client);
  }

  @Test
  void whoProvesItselfAgainStays() {
    VirtualClient client = let(with("alice"));
    for (int hour = 0; hour < 60; hour++) {
      broker.pass(MINUTE - 1);
      renew(client, "alice");
    }
    assertAlive(client);
    broker.pass(MINUTE);
    assertEnded(client, ReasonCode.MAXIMUM_CONNECT_TIME); // the last one ends too
  }

  @Test
  void whoIsSomebodyElseNowIsClosed() {
    VirtualClient client = let(with("alice"));
    client.say(again("bob"));
    assertEnded(client, ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void itsSessionIsThereForWhoItWas() {
    VirtualClient client = let(with("alice"));
    client.subscribe(QOS_1, "a/b");
    broker.pass(MINUTE);
    client.hear(Disconnect.class);
    guest(broker, "other").publish("a/b", QOS_1, 1, "meanwhile").hear(Puback.class);

    VirtualClient stranger = broker.client();
    stranger.say(with("bob").resuming().packet());
    assertThat(stranger.hear(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);

    VirtualClient back = let(with("alice").resuming());
    assertThat(VirtualClient.text(back.hear(Publish.class))).isEqualTo("meanwhile");
  }

  @Test
  void nothingIsTakenNorGivenBehindTheEnd() {
    VirtualClient client = let(with("alice"));
    client.subscribe(QOS_1, "a/b");
    VirtualClient other = guest(broker, "other");
    broker.lateBy(MINUTE); // a loop that is late comes to packets before timers
    client.publish("c", QOS_1, 7, "too late");
    assertThat(client.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.MAXIMUM_CONNECT_TIME);
    other.publish("a/b", QOS_1, 1, "for later").hear(Puback.class);
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void noMessageReachesWhoseTimeIsOverInATurnThatIsLate() {
    VirtualClient client = let(with("alice"));
    client.subscribe(QOS_1, "a/b");
    VirtualClient other = guest(broker, "other");
    broker.lateBy(MINUTE);
    other.publish("a/b", QOS_1, 1, "for later").hear(Puback.class);
    assertThat(client.hearAll()).hasOnlyElementsOfType(Disconnect.class);
    VirtualClient back = let(with("alice").resuming());
    assertThat(VirtualClient.text(back.hear(Publish.class))).isEqualTo("for later");
  }

  @Test
  void whatItMayDoIsWhatTheNewOneSays() {
    VirtualClient client = let(with("alice"));
    client.subscribe(QOS_1, "a/b", "c/d");
    renew(client, "alice c/d");
    VirtualClient other = guest(broker, "other");
    other.publish("a/b", QOS_1, 1, "no more").hear(Puback.class);
    other.publish("c/d", QOS_1, 2, "still").hear(Puback.class);
    Publish heard = client.hear(Publish.class);
    assertThat(VirtualClient.text(heard)).isEqualTo("still");
    assertThat(broker.dropped(DropReason.WITHHELD)).isEqualTo(1);
    assertThat(broker.lost()).isEqualTo(1);
    client.puback(heard.packetId());

    client.publish("e/f", QOS_1, 3, "mine");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    renew(client, "alice e/f");
    client.publish("e/f", QOS_1, 4, "mine");
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
  }

  @Test
  void theWillIsJudgedByTheNewOneToo() {
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_1, "gone");
    VirtualClient client = let(with("alice").expiring(0).will("gone", QOS_1, false, "bye"));
    renew(client, "alice c/d");
    client.vanish();
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void whoDoesNotEndIsNotTouched() {
    VirtualClient client = guest(broker, "other");
    broker.pass(100 * MINUTE);
    assertAlive(client);
  }

  @Test
  void anAnswerThatComesBehindTheEndIsTooLate() { // what was not sent meanwhile is not done again
    VirtualClient client = let(with("alice"));
    client.subscribe(QOS_1, "a/b");
    VirtualClient other = guest(broker, "other");
    passes.holds = true;
    client.say(again("alice"));
    assertThat(client.hearAll()).isEmpty();
    broker.lateBy(MINUTE);
    passes.held.forEach(Runnable::run);
    other.publish("a/b", QOS_1, 1, "for later").hear(Puback.class);
    assertThat(client.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.MAXIMUM_CONNECT_TIME);
    VirtualClient back = let(with("alice").resuming());
    assertThat(VirtualClient.text(back.hear(Publish.class))).isEqualTo("for later");
  }
}
