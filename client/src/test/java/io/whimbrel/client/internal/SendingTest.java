package io.whimbrel.client.internal;

import static io.whimbrel.client.internal.TestSession.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session sends, in virtual time. */
final class SendingTest {
  private static TestSession.Became publish(TestSession test, Publish message) {
    TestSession.Became became = new TestSession.Became();
    test.session.publish(new Outbound(message, became), 0);
    return became;
  }

  private static List<String> payloads(Wire wire) {
    return wire.sent(Publish.class).stream()
        .map(publish -> new String(publish.payload(), StandardCharsets.UTF_8))
        .toList();
  }

  /** An outbox on disk takes no Topic Alias, which ends with its connection. */
  private static Publish aliased() {
    Properties alias = Properties.builder().set(PropertyId.TOPIC_ALIAS, 1).build();
    return new Publish(false, Qos.AT_LEAST_ONCE, false, TopicName.of("a"), 0, alias, new byte[0]);
  }

  @Test
  void aMessageThatTheOutboxCannotHoldFailsAlone() {
    FileOutbox outbox = new FileOutbox(new TestDisk(), "c", true, FileOutbox.SEGMENT_BYTES);
    TestSession test = new TestSession(outbox, outbox.open(new Heard()));
    TestSession.Became became = publish(test, aliased());

    assertThat(became.steps).hasSize(1);
    assertThat(became.steps.get(0)).startsWith("failed: ").contains("Topic Alias");
    assertThat(test.session.messages()).isZero();
    outbox.close();
  }

  @Test
  void aMessageThatNoPacketCanSayFailsAloneAndItsPacketIdentifierIsFree() {
    TestSession test = new TestSession();
    Wire wire = test.connected(0);
    wire.unsayable = "a text of more than 65,535 bytes";
    TestSession.Became became = publish(test, message(Qos.AT_LEAST_ONCE, "one"));
    wire.unsayable = "";
    TestSession.Became next = publish(test, message(Qos.AT_LEAST_ONCE, "two"));

    assertThat(became.steps)
        .containsExactly("safe", "failed: it cannot be sent: a text of more than 65,535 bytes");
    assertThat(payloads(wire)).containsExactly("two");
    int id = wire.sent(Publish.class).get(0).packetId();
    test.session.onPacket(new Puback(id, ReasonCode.SUCCESS), 0);
    assertThat(next.steps).containsExactly("safe", "sent", "SUCCESS");
    assertThat(test.session.messages()).isZero();
  }

  @Test
  void aReleaseThatWasSentAgainHasADeadlineToo() {
    TestSession test = new TestSession();
    test.keepAlive = 0;
    Wire first = test.connected(0);
    publish(test, message(Qos.EXACTLY_ONCE, "one"));
    int id = first.sent(Publish.class).get(0).packetId();
    test.session.onPacket(new Pubrec(id, ReasonCode.SUCCESS), 0);
    Wire wire = test.reconnected(1_000, true);
    assertThat(wire.types()).containsExactly(PacketType.CONNECT, PacketType.PUBREL);

    assertThat(test.session.nextDeadline()).isEqualTo(121_000);
    test.session.tick(121_000);
    assertThat(test.told).containsExactly("the server has not acknowledged a message in time");
  }

  @Test
  void noReleaseHasADeadlineWhenAllAreComplete() {
    TestSession test = new TestSession();
    test.keepAlive = 0;
    Wire first = test.connected(0);
    publish(test, message(Qos.EXACTLY_ONCE, "one"));
    publish(test, message(Qos.EXACTLY_ONCE, "two"));
    List<Publish> sent = first.sent(Publish.class);
    test.session.onPacket(new Pubrec(sent.get(0).packetId(), ReasonCode.SUCCESS), 0);
    test.reconnected(1_000, true);
    test.session.onPacket(new Pubcomp(sent.get(0).packetId(), ReasonCode.SUCCESS), 2_000);
    test.session.onPacket(new Pubrec(sent.get(1).packetId(), ReasonCode.SUCCESS), 2_000);
    test.session.onPacket(new Pubcomp(sent.get(1).packetId(), ReasonCode.SUCCESS), 2_000);
    test.session.tick(121_000);

    assertThat(test.told).isEmpty();
    assertThat(test.session.messages()).isZero();
    test.reconnected(130_000, false);
    test.session.tick(251_000);
    assertThat(test.told).isEmpty();
  }

  @Test
  void theWaitForAnAcknowledgementBeginsWhenTheMessageHasLeft() {
    TestSession test = new TestSession();
    test.keepAlive = 0;
    Wire wire = test.connected(0);
    long before = wire.handed();
    publish(test, message(Qos.AT_LEAST_ONCE, new byte[10_000]));
    for (int i = 1; i <= 9; i++) {
      test.session.onWritten(before + 1_000 * i, 60_000 * i);
      test.session.tick(60_000 * i);
    }
    assertThat(test.told).isEmpty();
    test.session.onWritten(wire.handed(), 600_000);
    assertThat(test.session.nextDeadline()).isEqualTo(720_000);
    publish(test, message(Qos.AT_MOST_ONCE, new byte[10_000]));
    test.session.onWritten(wire.handed(), 700_000);

    assertThat(test.session.nextDeadline()).isEqualTo(720_000);
    test.session.tick(720_000);
    assertThat(test.told).containsExactly("the server has not acknowledged a message in time");
  }

  @Test
  void aMessageThatDoesNotLeaveIsWaitedForAsLong() {
    TestSession test = new TestSession();
    test.keepAlive = 0;
    Wire wire = test.connected(0);
    publish(test, message(Qos.AT_LEAST_ONCE, new byte[10_000]));
    test.session.onWritten(wire.handed() - 1, 5_000);

    assertThat(test.session.nextDeadline()).isEqualTo(125_000);
    test.session.onWritten(wire.handed() - 1, 100_000);
    test.session.tick(125_000);
    assertThat(wire.closed).isTrue();
  }

  // ---------------------------------------------------------------- what no server is sent

  private static final Properties LITTLE =
      Properties.builder()
          .set(PropertyId.RETAIN_AVAILABLE, 0)
          .set(PropertyId.MAXIMUM_QOS, 1)
          .set(PropertyId.MAXIMUM_PACKET_SIZE, 100)
          .build();

  private static List<Publish> refusedByLittle() {
    Publish small = message(Qos.AT_LEAST_ONCE, "small");
    return List.of(
        new Publish(false, small.qos(), true, small.topic(), 0, Properties.NONE, new byte[0]),
        message(Qos.EXACTLY_ONCE, "two"),
        message(Qos.AT_LEAST_ONCE, new byte[100]));
  }

  private static final List<String> REFUSALS =
      List.of("RETAIN_NOT_SUPPORTED", "QOS_NOT_SUPPORTED", "PACKET_TOO_LARGE");

  private static String last(TestSession.Became became) {
    return became.steps.stream().filter(REFUSALS::contains).findFirst().orElse("none");
  }

  @Test
  void whatWaitedOnDiskAndIsRefusedLeavesIt() {
    TestDisk disk = new TestDisk();
    FileOutbox outbox = new FileOutbox(disk, "c", true, FileOutbox.SEGMENT_BYTES);
    Heard heard = new Heard();
    TestSession test = new TestSession(outbox, outbox.open(heard));
    List<TestSession.Became> became =
        refusedByLittle().stream().map(message -> publish(test, message)).toList();
    test.session.endTurn();
    assertThat(heard.awaitSafe(3)).isTrue();
    test.session.onSafe(3, 0);
    test.connected(0, false, LITTLE);
    assertThat(heard.awaitSafe(4)).isTrue();
    test.session.onSafe(Long.MAX_VALUE, 0);

    assertThat(became).extracting(SendingTest::last).isEqualTo(REFUSALS);
    isEmptyAfter(outbox, disk);
  }

  @Test
  void whatIsRefusedAtOnceIsNotLeftOnDisk() {
    TestDisk disk = new TestDisk();
    FileOutbox outbox = new FileOutbox(disk, "c", true, FileOutbox.SEGMENT_BYTES);
    TestSession test = new TestSession(outbox, outbox.open(new Heard()));
    test.connected(0, false, LITTLE);
    List<TestSession.Became> became =
        refusedByLittle().stream().map(message -> publish(test, message)).toList();
    test.session.endTurn();
    test.session.onSafe(Long.MAX_VALUE, 0);

    assertThat(became).extracting(SendingTest::last).isEqualTo(REFUSALS);
    assertThat(became)
        .extracting(each -> each.steps.get(each.steps.size() - 1))
        .as("nothing is told behind the end")
        .isEqualTo(REFUSALS);
    isEmptyAfter(outbox, disk);
  }

  private static void isEmptyAfter(FileOutbox outbox, TestDisk disk) {
    outbox.close();
    FileOutbox next = new FileOutbox(disk, "c", true, FileOutbox.SEGMENT_BYTES);
    assertThat(next.open(new Heard())).isEmpty();
    next.close();
  }
}
