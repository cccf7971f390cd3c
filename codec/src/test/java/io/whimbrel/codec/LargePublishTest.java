package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whimbrel.codec.PacketDecoder.Sender;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A payload that is too large to be copied twice. */
final class LargePublishTest {
  private static final ProtocolVersion[] VERSIONS = ProtocolVersion.values();

  private final byte[] scratch = new byte[64 * 1024];

  @Test
  void growsByDoublingToItsLengthSoThatNoTwoArraysOfThatLengthAreThere() {
    int length = 1_000_000;
    LargePublish large = new LargePublish(publish("a/b", Qos.AT_MOST_ONCE, 0), 7, length);
    byte[] piece = new byte[3_000];
    Set<Integer> sizes = new TreeSet<>();
    while (large.missing() > 0) {
      large.take(piece, 0, Math.min(piece.length, large.missing()));
      sizes.add(large.heldBytes() - 7);
      int arrived = length - large.missing();
      assertThat(large.heldBytes()).isLessThanOrEqualTo(2 * (7 + arrived));
    }

    assertThat(sizes)
        .containsExactly(
            3_906, 7_812, 15_625, 31_250, 62_500, 125_000, 250_000, 500_000, 1_000_000);
    assertThat(large.whole().payload()).hasSize(length);
  }

  @Test
  void isTakenOnAsSoonAsItsHeadIsThere() {
    byte[] bytes = encoded(publish("a/b", Qos.AT_LEAST_ONCE, 100_000), ProtocolVersion.MQTT_5);
    PacketDecoder decoder = decoder(ProtocolVersion.MQTT_5);
    int[] ends = {1, 6, 30_000, 90_000, bytes.length};
    List<Packet> heard = new ArrayList<>();
    int from = 0;
    for (int to : ends) {
      heard.addAll(hear(decoder, ByteBuffer.wrap(bytes, from, to - from)));
      assertThat(decoder.heldBytes()).isLessThanOrEqualTo(2 * to);
      from = to;
    }

    assertThat(heard).containsExactly(publish("a/b", Qos.AT_LEAST_ONCE, 100_000));
    assertThat(decoder.heldBytes()).isZero();
  }

  @Test
  void declaredAndNotSentCostsNothing() {
    byte[] head = WireCase.bytes("30 FF FF FF 7F 00 01 \"a\" 00");
    PacketDecoder decoder = decoder(ProtocolVersion.MQTT_5);

    assertThat(hear(decoder, ByteBuffer.wrap(head))).isEmpty();
    assertThat(decoder.heldBytes()).isLessThan(64);
  }

  @Test
  void isRefusedAtItsHeadWhereThatIsWrong() {
    byte[] bytes = encoded(publish("a/b", Qos.AT_LEAST_ONCE, 20_000), ProtocolVersion.MQTT_5);
    bytes[9] = 0; // the packet identifier, of which the other byte is 1
    bytes[10] = 0;
    PacketDecoder decoder = decoder(ProtocolVersion.MQTT_5);
    decoder.offer(bytes, 0, 100);

    ProtocolErrorException refused =
        Objects.requireNonNull(catchThrowableOfType(ProtocolErrorException.class, decoder::poll));
    assertThat(refused.clause()).isEqualTo("MQTT-2.2.1-3");
    assertThat(decoder.heldBytes()).isZero();
  }

  @Property(tries = 2_000)
  void isTheSameHoweverTheStreamIsSplitAndWheneverItIsPolled(@ForAll long seed) {
    Random random = new Random(seed);
    ProtocolVersion version = VERSIONS[random.nextInt(VERSIONS.length)];
    List<Packet> said = new ArrayList<>();
    ByteWriter out = new ByteWriter(64);
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      Packet packet = any(random);
      said.add(packet);
      PacketEncoder.encode(packet, version, out);
    }
    byte[] bytes = out.toByteArray();
    ByteBuffer network = ByteBuffer.wrap(bytes);
    PacketDecoder decoder = decoder(version);
    List<Packet> heard = new ArrayList<>();
    while (network.position() < bytes.length) {
      int most = 1 + random.nextInt(1 << random.nextInt(17));
      network.limit(Math.min(bytes.length, network.position() + most));
      if (random.nextInt(4) == 0) {
        keep(decoder, network);
      } else {
        heard.addAll(hear(decoder, network));
      }
      assertThat(decoder.heldBytes())
          .isLessThanOrEqualTo(2 * (network.limit() - size(heard, version)));
    }
    heard.addAll(hear(decoder, ByteBuffer.allocate(0)));

    assertThat(heard).isEqualTo(said);
    assertThat(decoder.heldBytes()).isZero();
  }

  private static int size(List<Packet> packets, ProtocolVersion version) {
    return packets.stream().mapToInt(packet -> encoded(packet, version).length).sum();
  }

  /** As an owner does that goes on decoding. */
  private List<Packet> hear(PacketDecoder decoder, ByteBuffer source) {
    List<Packet> heard = new ArrayList<>();
    do {
      lend(decoder, source);
      for (Packet next = decoder.poll(); next != null; next = decoder.poll()) {
        heard.add(next);
      }
      decoder.keepRest();
      Arrays.fill(scratch, (byte) 0xEE);
    } while (source.hasRemaining());
    return heard;
  }

  /** As an owner does that is braked. */
  private void keep(PacketDecoder decoder, ByteBuffer source) {
    while (source.hasRemaining()) {
      lend(decoder, source);
      decoder.keepRest();
    }
  }

  private void lend(PacketDecoder decoder, ByteBuffer source) {
    int count = Math.min(source.remaining(), scratch.length);
    source.get(scratch, 0, count);
    decoder.offer(scratch, 0, count);
  }

  private static Packet any(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Pingreq.INSTANCE;
      case 1 -> publish("small", Qos.EXACTLY_ONCE, random.nextInt(200));
      case 2 -> publish("l".repeat(1 + random.nextInt(2_000)), Qos.AT_LEAST_ONCE, 40_000);
      default -> publish("large", Qos.of(random.nextInt(3)), 4_000 + random.nextInt(40_000));
    };
  }

  private static Publish publish(String topic, Qos qos, int length) {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    int packetId = qos == Qos.AT_MOST_ONCE ? 0 : 1;
    return new Publish(false, qos, false, TopicName.of(topic), packetId, Properties.NONE, payload);
  }

  private static byte[] encoded(Packet packet, ProtocolVersion version) {
    ByteWriter out = new ByteWriter(64);
    PacketEncoder.encode(packet, version, out);
    return out.toByteArray();
  }

  private static PacketDecoder decoder(ProtocolVersion version) {
    PacketDecoder decoder = new PacketDecoder(Sender.CLIENT, Integer.MAX_VALUE);
    decoder.version(version);
    return decoder;
  }
}
