package io.whimbrel.client.internal;

import static io.whimbrel.client.internal.TestSession.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The session of a client in virtual time. */
final class ClientSessionTest {
  private final TestSession test = new TestSession();
  private final ClientSession session = test.session;
  private final List<String> told = test.told;

  @Test
  void aSilentServerIsLeftWithAReasonThatAClientMayGive() {
    Wire wire = test.connected(0);
    session.tick(60_000);
    assertThat(wire.types()).endsWith(PacketType.PINGREQ);
    session.tick(70_000);
    assertThat(wire.closed).isTrue();
    assertThat(((Disconnect) wire.sent.get(wire.sent.size() - 1)).reason())
        .isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
  }

  @Test
  void whoDoesNotListenDoesNotCallTheServerSilentAndGoesOnPinging() {
    Wire wire = test.connected(0);
    session.hears(false, 1_000);
    session.tick(60_000);
    session.onWritten(wire.handed(), 60_000);
    session.tick(120_000);
    session.onWritten(wire.handed(), 120_000);
    session.tick(180_000);
    assertThat(told).isEmpty();
    assertThat(wire.types()).filteredOn(type -> type == PacketType.PINGREQ).hasSize(3);
    session.hears(true, 185_000);
    session.tick(190_000);
    session.onPacket(Pingresp.INSTANCE, 190_500);
    session.tick(196_000);
    assertThat(told).isEmpty();
  }

  @Test
  void theWaitForPingrespBeginsWhenPingreqHasLeft() {
    Wire wire = test.connected(0);
    session.onWritten(wire.handed(), 0);
    TestSession.Became became = new TestSession.Became();
    session.publish(new Outbound(message(Qos.AT_MOST_ONCE, new byte[10_000]), became), 1_000);
    session.tick(60_000);
    assertThat(wire.types()).endsWith(PacketType.PINGREQ);
    for (int i = 1; i <= 9; i++) {
      session.onWritten(1_000 * i, 60_000 + 9_000 * i);
      session.tick(60_000 + 9_000 * i);
    }
    assertThat(told).isEmpty();
    session.onWritten(wire.handed(), 145_000);
    session.publish(new Outbound(message(Qos.AT_MOST_ONCE, "later"), became), 150_000);
    session.onWritten(wire.handed(), 150_000);

    assertThat(session.nextDeadline()).isEqualTo(155_000);
    session.tick(155_000);
    assertThat(wire.closed).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"60, 0, 10000", "5, 0, 5000", "0, 60, 10000", "60, 2, 2000", "0, 1, 1000"})
  void theWaitForPingrespIsTheKeepAliveOfThisConnectionWhereThatIsShorter(
      int keepAlive, int server, long wait) {
    test.keepAlive = keepAlive;
    Properties said =
        server == 0
            ? Properties.NONE
            : Properties.builder().set(PropertyId.SERVER_KEEP_ALIVE, server).build();
    Wire wire = test.connected(0, false, said);
    session.onWritten(wire.handed(), 0);
    long pingAt = session.nextDeadline();
    session.tick(pingAt);
    session.onWritten(wire.handed(), pingAt);

    assertThat(wire.types()).endsWith(PacketType.PINGREQ);
    assertThat(session.nextDeadline()).isEqualTo(pingAt + wait);
  }

  @Test
  void aNetworkThatTakesNothingIsASilentServer() {
    Wire wire = test.connected(0);
    session.onWritten(wire.handed(), 0);
    session.publish(
        new Outbound(message(Qos.AT_MOST_ONCE, new byte[10_000]), new TestSession.Became()), 0);
    session.onWritten(1_000, 5_000);
    session.tick(65_000);
    session.tick(75_000);
    assertThat(wire.closed).isTrue();
  }

  @Test
  void whatOfQos0WasNotSentLeavesOverTheNextConnection() {
    Wire wire = test.connected(0);
    wire.writable = false;
    TestSession.Became became = new TestSession.Became();
    for (int i = 0; i < 3; i++) {
      session.publish(new Outbound(message(Qos.AT_MOST_ONCE, "m" + i), became), 0);
    }
    session.onClosed();
    assertThat(became.steps).isEmpty();
    Wire next = test.connected(1_000);
    assertThat(became.steps).filteredOn(step -> step.equals("SUCCESS")).hasSize(3);
    assertThat(next.sent(Publish.class))
        .extracting(publish -> new String(publish.payload(), StandardCharsets.UTF_8))
        .containsExactly("m0", "m1", "m2");
  }

  @Test
  void aHandlerThatIsDoneAfterTheEndDoesNotReachTheOutboxWhichOthersMayBeClosing() {
    FileOutbox outbox = new FileOutbox(new TestDisk(), "c", true, FileOutbox.SEGMENT_BYTES);
    TestSession over = new TestSession(outbox, outbox.open(new Heard()));
    over.connected(0);
    over.session.onPacket(identified(message(Qos.EXACTLY_ONCE, "m"), 1), 0);
    over.session.disconnect(TestUser.goodbye());
    over.session.giveUp();
    outbox.close();

    over.session.onClosed();
    over.session.acknowledge(over.messages.get(0), ReasonCode.SUCCESS);
    over.session.onSafe(1, 0);
    over.session.tick(1);
    over.session.endTurn();
    TestSession.Became became = new TestSession.Became();
    over.session.publish(new Outbound(message(Qos.AT_LEAST_ONCE, "late"), became), 1);
    assertThat(became.steps).containsExactly("failed: the client is closed");
    TestSession.Answered answered = new TestSession.Answered();
    over.session.ask(
        new Request(List.of(), List.of(TopicFilter.of("a")), Properties.NONE, 9, answered));
    assertThat(answered.answers).containsExactly("failed: the client is closed");
  }

  @Test
  void anAuthThatIsTooLargeForTheServerIsNotSentAndTheNextConnectionBringsWhatItWouldHave() {
    Properties said = Properties.builder().set(PropertyId.MAXIMUM_PACKET_SIZE, 30).build();
    Wire wire = test.connected(0, false, said);
    session.authenticate(auth(new byte[10]));
    assertThat(wire.types()).endsWith(PacketType.AUTH);
    session.authenticate(auth(new byte[30]));

    assertThat(wire.sent.get(wire.sent.size() - 1)).isEqualTo(TestUser.goodbye());
    assertThat(wire.closed).isTrue();
    assertThat(told).containsExactly("AUTH is too large for the server");
  }

  private static Auth auth(byte[] data) {
    return new Auth(
        ReasonCode.REAUTHENTICATE,
        Properties.builder()
            .set(PropertyId.AUTHENTICATION_METHOD, "m")
            .set(PropertyId.AUTHENTICATION_DATA, data)
            .build());
  }

  private static Publish identified(Publish message, int packetId) {
    return new Publish(
        false,
        message.qos(),
        false,
        message.topic(),
        packetId,
        message.properties(),
        message.payload());
  }
}
