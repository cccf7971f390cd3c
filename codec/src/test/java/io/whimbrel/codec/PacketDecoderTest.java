package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whimbrel.codec.PacketDecoder.Sender;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the owner of a decoder relies on beside the packets themselves. */
final class PacketDecoderTest {
  private static final byte[] PING = {(byte) 0xC0, 0};

  @Test
  void aDeclaredLengthIsNotAllocatedBeforeItsBytesAreThere() {
    PacketDecoder decoder = client(Integer.MAX_VALUE);
    byte[] head = WireCase.bytes("30 FF FF FF 7F 00 01 \"a\"");
    decoder.offer(head, 0, head.length);

    assertThat(decoder.poll()).isNull();
    assertThat(decoder.heldBytes()).isLessThan(64);
  }

  @Test
  void holdsAtMostTwiceWhatArrivedOfALargePacketAndNeverMoreThanItsSize() {
    int size = 1_000_005;
    byte[] packet = new byte[size];
    System.arraycopy(WireCase.bytes("30 C1 84 3D 00 01 \"a\" 00"), 0, packet, 0, 8);
    PacketDecoder decoder = client(size);
    Packet heard = null;
    int grown = 0;
    for (int from = 0, held = 0; from < size; from += 1_000) {
      int to = Math.min(size, from + 1_000);
      decoder.offer(packet, from, to);
      heard = decoder.poll();
      assertThat(decoder.heldBytes()).isLessThanOrEqualTo(Math.min(2 * to, size));
      grown += decoder.heldBytes() > held ? 1 : 0;
      held = decoder.heldBytes();
    }

    assertThat(heard).isInstanceOf(Publish.class);
    assertThat(((Publish) Objects.requireNonNull(heard)).payload()).hasSize(size - 8);
    assertThat(grown).as("copies of what is held").isLessThan(15);
    assertThat(decoder.heldBytes()).isZero();
  }

  @Test
  void anIdleDecoderHoldsNothing() {
    PacketDecoder decoder = client(100);
    decoder.offer(PING, 0, 1);
    assertThat(decoder.poll()).isNull();
    assertThat(decoder.heldBytes()).isPositive();
    decoder.offer(PING, 1, 2);
    assertThat(decoder.poll()).isEqualTo(Pingreq.INSTANCE);

    assertThat(decoder.heldBytes()).isZero();
  }

  @Test
  void whatIsKeptIsPolledLaterAndLentBytesMayBeReused() {
    PacketDecoder decoder = client(100);
    byte[] lent = {(byte) 0xC0, 0, (byte) 0xC0, 0, (byte) 0xC0};
    decoder.offer(lent, 0, 5);
    assertThat(decoder.poll()).isEqualTo(Pingreq.INSTANCE);
    decoder.keepRest();
    Arrays.fill(lent, (byte) 0xFF);
    assertThat(decoder.heldBytes()).isEqualTo(3);

    assertThat(decoder.poll()).isEqualTo(Pingreq.INSTANCE);
    assertThat(decoder.poll()).isNull();
    decoder.offer(new byte[] {0}, 0, 1);
    assertThat(decoder.poll()).isEqualTo(Pingreq.INSTANCE);
    assertThat(decoder.heldBytes()).isZero();
  }

  @Test
  void aSecondRangeIsNotTakenWhileOneIsNotPolledToItsEnd() {
    PacketDecoder decoder = client(100);
    decoder.offer(PING, 0, 2);

    assertThatThrownBy(() -> decoder.offer(PING, 0, 2)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aPacketLargerThanAcceptedIsRefusedByItsHeader() {
    PacketDecoder decoder = client(9);
    byte[] fits = WireCase.bytes("30 07 00 01 \"a\" 00 \"hey\"");
    decoder.offer(fits, 0, 9);
    assertThat(decoder.poll()).isInstanceOf(Publish.class);
    decoder.offer(WireCase.bytes("30 08"), 0, 2);

    assertThat(refusal(decoder).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
  }

  @Test
  void aNewPacketSizeHoldsFromTheNextPacketOn() {
    PacketDecoder decoder = client(100);
    byte[] said = WireCase.bytes("30 07 00 01 \"a\" 00 \"hey\"");
    decoder.offer(said, 0, 9);
    assertThat(decoder.poll()).isInstanceOf(Publish.class);
    decoder.packetSizeMax(8);
    decoder.offer(said, 0, 9);

    assertThat(refusal(decoder).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
  }

  @Test
  void moreUserPropertiesThanAcceptedAreRefused() {
    byte[] three =
        WireCase.bytes("30 13 00 01 \"a\" 0F 26 00 00 00 00 26 00 00 00 00 26 00 00 00 00");
    PacketDecoder decoder = client(100);
    decoder.userPropertiesMax(3);
    decoder.offer(three, 0, three.length);
    assertThat(decoder.poll()).isInstanceOf(Publish.class);
    decoder.userPropertiesMax(2);
    decoder.offer(three, 0, three.length);

    assertThat(refusal(decoder).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
  }

  @Test
  void whatStandsBeforeABreachIsStillHeard() {
    PacketDecoder decoder = client(100);
    byte[] said = {(byte) 0xC0, 0, (byte) 0xD0, 0};
    decoder.offer(said, 0, 4);

    assertThat(decoder.poll()).isEqualTo(Pingreq.INSTANCE);
    assertThat(refusal(decoder).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void aDeadDecoderStaysDead() {
    PacketDecoder decoder = client(100);
    decoder.offer(new byte[] {0}, 0, 1);
    ProtocolErrorException first = refusal(decoder);
    decoder.keepRest();
    decoder.offer(PING, 0, 2);

    assertThat(refusal(decoder)).isSameAs(first);
    decoder.keepRest();
    assertThat(decoder.heldBytes()).isZero();
  }

  @Test
  void aServerIsNotHeardBeforeTheVersionIsKnown() {
    PacketDecoder decoder = new PacketDecoder(Sender.SERVER, 100);
    decoder.offer(new byte[] {0x20}, 0, 1);

    assertThatThrownBy(decoder::poll).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "00 04 'MQTT' 05 01 00 00 00 00 00, MQTT_5",
    "00 04 'MQTT' 04 01 00 00 00 00 00, MQTT_3_1_1",
    "00 06 'MQIsdp' 03 02 00 00 00 00, MQTT_3_1",
    "00 04 'MQTT' 06 02 00 00 00 00 00, MQTT_5",
    "00 04 'MQTT' 03 02 00 00 00 00 00, MQTT_3_1_1",
    "00 06 'MQIsdp' 09 02 00 00 00 00, MQTT_3_1",
    "00 04 'HTTP' 05 02 00 00 00 00 00,",
    "00 02 'MQ',",
  })
  void tellsInWhichVersionARefusedConnectCanBeAnswered(String body, ProtocolVersion version) {
    byte[] bytes = WireCase.bytes("10 00 " + body.replace('\'', '"'));
    bytes[1] = (byte) (bytes.length - 2);
    PacketDecoder decoder = new PacketDecoder(Sender.CLIENT, 100);
    decoder.offer(bytes, 0, bytes.length);
    refusal(decoder);

    assertThat(decoder.version()).isEqualTo(version);
  }

  @Test
  void aPacketOwnsItsPayload() {
    PacketDecoder decoder = client(100);
    byte[] lent = WireCase.bytes("30 05 00 01 \"a\" 00 \"x\"");
    decoder.offer(lent, 0, lent.length);
    Publish publish = (Publish) Objects.requireNonNull(decoder.poll());
    Arrays.fill(lent, (byte) 0);

    assertThat(publish.payload()).containsExactly('x');
    assertThat(publish.topic()).isEqualTo(TopicName.of("a"));
  }

  private static PacketDecoder client(int packetSizeMax) {
    PacketDecoder decoder = new PacketDecoder(Sender.CLIENT, packetSizeMax);
    decoder.version(ProtocolVersion.MQTT_5);
    return decoder;
  }

  private static ProtocolErrorException refusal(PacketDecoder decoder) {
    return Objects.requireNonNull(
        catchThrowableOfType(ProtocolErrorException.class, decoder::poll));
  }
}
