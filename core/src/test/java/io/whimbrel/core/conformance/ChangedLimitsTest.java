package io.whimbrel.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Limits that change while clients are connected. */
class ChangedLimitsTest {
  private VirtualBroker broker = new VirtualBroker();

  @Test
  void theNextPacketOfAConnectedClientMeetsThem() {
    VirtualClient client = connected("c");
    client.publish("a/b/c", Qos.AT_LEAST_ONCE, 1, "");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);

    become(limits -> limits.topicLevelsMax = 2);
    client.publish("a/b", Qos.AT_LEAST_ONCE, 2, "");
    client.publish("a/b/c", Qos.AT_LEAST_ONCE, 3, "");

    assertThat(client.hear(Puback.class).packetId()).isEqualTo(2);
    assertThat(client.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
  }

  @Test
  void subscriptionsRetainedMessagesAndPayloadsMeetThem() {
    VirtualClient client = connected("c");
    client.subscribe(Qos.AT_LEAST_ONCE, "a");

    become(
        limits -> {
          limits.subscriptionsPerSessionMax = 1;
          limits.retainedMessagesMax = 0;
          limits.payloadFormatCheck = false;
        });

    assertThat(client.subscribe(Qos.AT_LEAST_ONCE, "b").reasons())
        .containsExactly(ReasonCode.QUOTA_EXCEEDED);
    client.say(VirtualClient.retained("b", Qos.AT_LEAST_ONCE, 1, "x"));
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    client.say(notText());
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
  }

  private static Publish notText() {
    Publish said =
        VirtualClient.message(
            "b",
            Qos.AT_LEAST_ONCE,
            2,
            "",
            properties -> properties.set(PropertyId.PAYLOAD_FORMAT_INDICATOR, 1));
    byte[] payload = {(byte) 0xFF};
    return new Publish(
        false, said.qos(), false, said.topic(), said.packetId(), said.properties(), payload);
  }

  @Test
  void aQueueThatIsLongerThanMayBeGetsNoLonger() {
    VirtualClient away = broker.client();
    away.connect("away", true, 3_600);
    away.subscribe(Qos.AT_LEAST_ONCE, "q");
    away.vanish();
    VirtualClient client = connected("c");
    for (int i = 1; i <= 3; i++) {
      client.publish("q", Qos.AT_LEAST_ONCE, i, "old " + i);
    }

    become(limits -> limits.queueMessagesMax = 2);
    client.publish("q", Qos.AT_LEAST_ONCE, 4, "new");

    assertThat(broker.dropped(DropReason.QUEUE_MESSAGES)).isEqualTo(1);
    VirtualClient back = broker.client();
    back.connect("away", false, 3_600);
    assertThat(back.hearTexts()).containsExactly("old 1", "old 2", "old 3");
  }

  @Test
  void whatWasAgreedAtConnectStays() {
    VirtualClient before = connected("before");

    become(limits -> limits.receiveMaximum = 1);
    VirtualClient after = broker.client();
    Connack told = after.connect("after", true, 0);

    assertThat(told.properties().number(PropertyId.RECEIVE_MAXIMUM, -1)).isEqualTo(1);
    before.say(unreleased(1), unreleased(2));
    assertThat(before.isClosed()).isFalse();
    after.say(unreleased(1), unreleased(2));
    assertThat(after.isClosed()).isTrue();
  }

  @Test
  void connackTellsTheReceiveMaximumThatIsKept() {
    List<Runnable> answers = new ArrayList<>();
    broker =
        new VirtualBroker(
            1,
            VirtualBroker.limits(),
            new VirtualBroker.OpenAccess() {
              @Override
              public void authenticate(
                  String clientId, Connect connect, Origin origin, Answer answer) {
                answers.add(() -> super.authenticate(clientId, connect, origin, answer));
              }
            });
    VirtualClient client = broker.client();
    client.say(VirtualClient.connectPacket("c", true, 0, null));

    become(limits -> limits.receiveMaximum = 1);
    answers.get(0).run();
    broker.run();

    Properties told = client.hear(Connack.class).properties();
    assertThat(told.number(PropertyId.RECEIVE_MAXIMUM, -1)).isEqualTo(100);
    client.say(unreleased(1), unreleased(2));
    assertThat(client.isClosed()).isFalse();
  }

  private static Packet unreleased(int packetId) {
    return VirtualClient.message("t", Qos.EXACTLY_ONCE, packetId, "");
  }

  private VirtualClient connected(String clientId) {
    VirtualClient client = broker.client();
    client.connect(clientId, true, 0);
    return client;
  }

  private void become(Consumer<VirtualLimits> change) {
    broker.broker().limits(VirtualLimits.with(change));
  }
}
