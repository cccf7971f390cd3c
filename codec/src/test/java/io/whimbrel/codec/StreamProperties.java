package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.whimbrel.codec.PacketDecoder.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for all that can be said in MQTT, in every version and from both sides. */
final class StreamProperties {
  /** One side's half of a connection, as packets. */
  record Conversation(Sender sender, ProtocolVersion version, List<Packet> packets) {
    byte[] bytes() {
      ByteWriter out = new ByteWriter(64);
      for (Packet packet : packets) {
        int before = out.size();
        int written = PacketEncoder.encode(packet, version, out);
        assertThat(written).isEqualTo(out.size() - before);
      }
      return out.toByteArray();
    }

    PacketDecoder decoder() {
      PacketDecoder decoder = new PacketDecoder(sender, Integer.MAX_VALUE);
      if (sender == Sender.SERVER) {
        decoder.version(version);
      }
      return decoder;
    }
  }

  @Provide
  Arbitrary<Conversation> conversations() {
    return Combinators.combine(Arbitraries.of(Sender.class), Arbitraries.of(ProtocolVersion.class))
        .flatAs(
            (sender, version) ->
                Packets.conversations(sender, version)
                    .map(packets -> new Conversation(sender, version, packets)));
  }

  @Property(tries = 3_000)
  void whatWasEncodedIsDecodedAsItWas(@ForAll("conversations") Conversation said) {
    byte[] bytes = said.bytes();
    PacketDecoder decoder = said.decoder();
    decoder.offer(bytes, 0, bytes.length);

    assertThat(drain(decoder)).isEqualTo(said.packets());
    assertThat(decoder.heldBytes()).isZero();
  }

  @Property(tries = 3_000)
  void packetsDoNotDependOnWhereTheStreamIsSplit(
      @ForAll("conversations") Conversation said, @ForAll long seed) {
    byte[] bytes = said.bytes();
    Random random = new Random(seed);
    PacketDecoder decoder = said.decoder();
    List<Packet> heard = new ArrayList<>();
    byte[] lent = new byte[bytes.length];
    for (int from = 0, to; from < bytes.length; from = to) {
      to = Math.min(bytes.length, from + 1 + random.nextInt(1 << random.nextInt(12)));
      System.arraycopy(bytes, from, lent, from, to - from);
      decoder.offer(lent, from, to);
      if (random.nextInt(4) == 0) {
        Packet one = decoder.poll();
        if (one != null) {
          heard.add(one);
        }
        decoder.keepRest();
      } else {
        heard.addAll(drain(decoder));
      }
      assertThat(decoder.heldBytes()).isLessThanOrEqualTo(2 * to);
      java.util.Arrays.fill(lent, (byte) 0xEE); // what was lent is the owner's again
    }
    heard.addAll(drain(decoder));

    assertThat(heard).isEqualTo(said.packets());
    assertThat(decoder.heldBytes()).isZero();
  }

  @Property(tries = 10_000)
  void damagedBytesAreRefusedOrReadButNeverBreakTheDecoder(
      @ForAll("conversations") Conversation said, @ForAll long seed) {
    byte[] bytes = said.bytes();
    Random random = new Random(seed);
    for (int i = bytes.length == 0 ? 0 : 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(Math.min(bytes.length, 1 << random.nextInt(16)));
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : bytes[at] ^ 1 << i);
    }
    PacketDecoder decoder = said.decoder();
    decoder.offer(bytes, 0, bytes.length - random.nextInt(bytes.length + 1) / 4);
    try {
      drain(decoder);
    } catch (ProtocolErrorException refused) {
      assertThat(refused.reason().isError()).isTrue();
      assertThat(refused.clause()).isNotEmpty();
      assertThat(decoder.heldBytes()).isZero();
      try {
        decoder.poll();
        fail("a dead decoder spoke");
      } catch (ProtocolErrorException again) {
        assertThat(again).isSameAs(refused);
      }
    }
  }

  /** What a side said until it broke the rules, and how. */
  record Heard(List<Packet> packets, String breach) {}

  @Property(tries = 5_000)
  void aBreachIsTheSameHoweverTheStreamIsSplit(
      @ForAll("conversations") Conversation said, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = said.bytes();
    if (bytes.length > 0) {
      int at = random.nextInt(Math.min(bytes.length, 1 << random.nextInt(16)));
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : bytes[at] ^ 1 << at % 8);
    }
    Heard whole = hear(said.decoder(), bytes, List.of(bytes.length));
    List<Integer> ends = new ArrayList<>();
    for (int end = 0; end < bytes.length; ) {
      end = Math.min(bytes.length, end + 1 + random.nextInt(1 << random.nextInt(14)));
      ends.add(end);
    }

    assertThat(hear(said.decoder(), bytes, ends)).isEqualTo(whole);
  }

  private static Heard hear(PacketDecoder decoder, byte[] bytes, List<Integer> ends) {
    List<Packet> packets = new ArrayList<>();
    int from = 0;
    try {
      for (int end : ends) {
        decoder.offer(bytes, from, end);
        for (Packet next = decoder.poll(); next != null; next = decoder.poll()) {
          packets.add(next);
        }
        from = end;
      }
      return new Heard(packets, "");
    } catch (ProtocolErrorException broken) {
      return new Heard(packets, broken.reason() + " " + broken.clause());
    }
  }

  private static List<Packet> drain(PacketDecoder decoder) {
    List<Packet> packets = new ArrayList<>();
    for (Packet next = decoder.poll(); next != null; next = decoder.poll()) {
      packets.add(next);
    }
    return packets;
  }
}
