package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The session of a client in virtual time. */
final class ClientSessionTest {
  private static final Connect CONNECT =
      new Connect(ProtocolVersion.MQTT_5, true, 60, Properties.NONE, "c", null, null, null);

  private final List<String> told = new ArrayList<>();

  private final class Wire implements Link {
    private final List<Packet> sent = new ArrayList<>();
    private boolean writable = true;

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public void send(Packet packet) {
      sent.add(packet);
    }

    @Override
    public boolean publish(Publish publish, long packetSizeMax) {
      sent.add(publish);
      return true;
    }

    @Override
    public void close() {
      told.add("closed");
    }

    List<PacketType> types() {
      return sent.stream().map(Packet::type).toList();
    }
  }

  private final class Hears implements SessionListener {
    @Override
    public Outbound.Progress onFound(Outbox.Kept message) {
      throw new IllegalStateException("nothing was kept");
    }

    @Override
    public void onConnected(Connack connack) {}

    @Override
    public void onRefused(Connack connack) {}

    @Override
    public void onMessage(Incoming message) {}

    @Override
    public void onAuth(Auth auth) {}

    @Override
    public void onSubscriptionLost(ReasonCode reason) {}

    @Override
    public void onClosing(@Nullable ReasonCode reason, String why) {
      told.add(why);
    }
  }

  private static final class Counts implements Outbound.Progress {
    private int done;

    @Override
    public void onSafe() {}

    @Override
    public void onWire() {}

    @Override
    public void onDone(ReasonCode reason, Properties properties) {
      done++;
    }

    @Override
    public void onFailed(String why) {}
  }

  private final ClientSession session =
      new ClientSession(
          new MemoryOutbox(),
          List.of(),
          10,
          new ClientSession.SessionWaits(5_000, 10_000, 120_000),
          new Hears());

  private Wire connected(long now) {
    Wire wire = new Wire();
    session.opened(wire, CONNECT, now);
    session.onPacket(new Connack(false, ReasonCode.SUCCESS, Properties.NONE), now);
    return wire;
  }

  private static Publish message(Qos qos, String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    return new Publish(false, qos, false, TopicName.of("a"), 0, Properties.NONE, payload);
  }

  @Test
  void aSilentServerIsLeftWithAReasonThatAClientMayGive() {
    Wire wire = connected(0);
    session.tick(60_000);
    assertThat(wire.types()).endsWith(PacketType.PINGREQ);
    session.tick(70_000);
    assertThat(told).contains("closed");
    assertThat(((Disconnect) wire.sent.get(wire.sent.size() - 1)).reason())
        .isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
  }

  @Test
  void whoDoesNotListenDoesNotCallTheServerSilentAndGoesOnPinging() {
    Wire wire = connected(0);
    session.hears(false, 1_000);
    session.tick(60_000);
    session.onSent(60_000);
    session.tick(120_000);
    session.onSent(120_000);
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
  void whatOfQos0WasNotSentLeavesOverTheNextConnection() {
    Wire wire = connected(0);
    wire.writable = false;
    Counts counts = new Counts();
    for (int i = 0; i < 3; i++) {
      session.publish(new Outbound(message(Qos.AT_MOST_ONCE, "m" + i), counts), 0);
    }
    session.onClosed();
    assertThat(counts.done).isZero();
    Wire next = connected(1_000);
    assertThat(counts.done).isEqualTo(3);
    assertThat(next.sent.stream().filter(Publish.class::isInstance))
        .extracting(p -> new String(((Publish) p).payload(), StandardCharsets.UTF_8))
        .containsExactly("m0", "m1", "m2");
  }
}
