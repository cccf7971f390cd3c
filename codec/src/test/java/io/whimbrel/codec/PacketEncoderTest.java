package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the encoder decides beyond the table of the wire. */
final class PacketEncoderTest {
  @ParameterizedTest
  @CsvSource({
    "UNSUPPORTED_PROTOCOL_VERSION, 1",
    "CLIENT_IDENTIFIER_NOT_VALID, 2",
    "SERVER_UNAVAILABLE, 3",
    "SERVER_BUSY, 3",
    "QUOTA_EXCEEDED, 3",
    "BAD_USER_NAME_OR_PASSWORD, 4",
    "BAD_AUTHENTICATION_METHOD, 4",
    "NOT_AUTHORIZED, 5",
    "BANNED, 5",
  })
  void aReasonBecomesTheNearestReturnCode(ReasonCode reason, int code) {
    byte[] bytes = encode(new Connack(false, reason, Properties.NONE), ProtocolVersion.MQTT_3_1_1);

    assertThat(bytes).containsExactly(0x20, 2, 0, code);
  }

  @ParameterizedTest
  @EnumSource(ReasonCode.class)
  void noErrorBecomesAcceptance(ReasonCode reason) {
    byte[] bytes = encode(new Connack(false, reason, Properties.NONE), ProtocolVersion.MQTT_3_1);

    assertThat(bytes[3] == 0).isEqualTo(reason == ReasonCode.SUCCESS);
  }

  @Test
  void whatA3xPacketCannotSayIsLeftOut() {
    Properties some = Properties.builder().user("k", "v").build();
    ProtocolVersion version = ProtocolVersion.MQTT_3_1_1;

    assertThat(encode(new Puback(1, ReasonCode.QUOTA_EXCEEDED, some), version))
        .containsExactly(0x40, 2, 0, 1);
    assertThat(encode(new Disconnect(ReasonCode.SUCCESS, some), version)).containsExactly(0xE0, 0);
    assertThat(encode(new Unsuback(1, List.of(ReasonCode.SUCCESS), some), version))
        .containsExactly(0xB0, 2, 0, 1);
    assertThat(encode(new Suback(1, List.of(ReasonCode.NOT_AUTHORIZED), some), version))
        .containsExactly(0x90, 3, 0, 1, 0x80);
  }

  // [MQTT-1.5.5-1]
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 126, 127, 128, 129, 16_382, 16_383, 16_384, 65_000})
  void lengthsTakeAsFewBytesAsTheyCan(int length) {
    Properties reason =
        Properties.builder().set(PropertyId.REASON_STRING, "r".repeat(length)).build();
    Disconnect disconnect = new Disconnect(ReasonCode.SERVER_BUSY, reason);
    byte[] bytes = encode(disconnect, ProtocolVersion.MQTT_5);
    PacketDecoder decoder = new PacketDecoder(PacketDecoder.Sender.SERVER, 100_000);
    decoder.version(ProtocolVersion.MQTT_5);
    decoder.offer(bytes, 0, bytes.length);

    assertThat(decoder.poll()).isEqualTo(disconnect); // which refuses longer forms
  }

  @Test
  void whatCannotBeSaidLeavesNothingBehind() {
    ByteWriter out = new ByteWriter(8);
    out.putByte(7);
    Connect endless =
        new Connect(
            ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "c".repeat(65_536), null, null, null);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PacketEncoder.encode(endless, ProtocolVersion.MQTT_5, out));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PacketEncoder.encode(
                    new Puback(0, ReasonCode.SUCCESS), ProtocolVersion.MQTT_5, out));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PacketEncoder.encode(
                    new Auth(ReasonCode.SUCCESS, Properties.NONE),
                    ProtocolVersion.MQTT_3_1_1,
                    out));
    assertThat(out.toByteArray()).containsExactly(7);
  }

  @Test
  void payloadsAndPasswordsAreNotShown() {
    byte[] secret = "hunter2".getBytes(StandardCharsets.UTF_8);
    Will will = new Will(TopicName.of("w"), secret, Qos.AT_MOST_ONCE, false, Properties.NONE);
    Connect connect =
        new Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "c", will, "u", secret);
    Publish publish =
        new Publish(false, Qos.AT_MOST_ONCE, false, TopicName.of("t"), 0, Properties.NONE, secret);
    String bytesAsText = "104, 117";

    assertThat(connect.toString()).doesNotContain("hunter2", bytesAsText).contains("present");
    assertThat(publish.toString()).doesNotContain("hunter2", bytesAsText).contains("7 bytes");
  }

  private static byte[] encode(Packet packet, ProtocolVersion version) {
    ByteWriter out = new ByteWriter(1);
    PacketEncoder.encode(packet, version, out);
    return out.toByteArray();
  }
}
