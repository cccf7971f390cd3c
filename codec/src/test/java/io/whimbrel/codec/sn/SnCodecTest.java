package io.whimbrel.codec.sn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages of MQTT-SN 1.2, octet by octet (5.2 to 5.5, tables 3 to 30). */
final class SnCodecTest {
  private final SnDecoder decoder = new SnDecoder();

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private SnMessage decode(byte[] bytes) throws SnMalformedException {
    return decoder.decode(bytes, 0, bytes.length);
  }

  /** Its fields, those of octets as text. */
  private static String told(SnMessage message) {
    String all = message.type() + "";
    for (var field : message.getClass().getRecordComponents()) {
      try {
        Object value = field.getAccessor().invoke(message);
        boolean octets = value instanceof byte[];
        all +=
            " " + (octets ? "'" + new String((byte[]) value, StandardCharsets.UTF_8) + "'" : value);
      } catch (ReflectiveOperationException hidden) {
        throw new AssertionError(hidden);
      }
    }
    return all.replace("SnTopic[kind=", "").replace(", value=", ":").replace("]", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "05 00 07 0384 | ADVERTISE 7 900",
        "03 01 02 | SEARCHGW 2",
        "03 02 07 | GWINFO 7 ''",
        "07 02 07 6e6f6465 | GWINFO 7 'node'",
        "0a 04 0c 01 003c 70756d70 | CONNECT true true 60 'pump'",
        "0a 04 04 01 003c 70756d70 | CONNECT false true 60 'pump'",
        "0a 04 08 01 ffff 70756d70 | CONNECT true false 65535 'pump'",
        "06 04 00 01 0000 | CONNECT false false 0 ''",
        "03 05 00 | CONNACK ACCEPTED",
        "03 05 01 | CONNACK CONGESTION",
        "03 05 03 | CONNACK NOT_SUPPORTED",
        "02 06 | WILLTOPICREQ",
        "02 07 | WILLTOPIC 0 false ''",
        "07 07 50 77696c6c | WILLTOPIC 2 true 'will'",
        "02 08 | WILLMSGREQ",
        "02 09 | WILLMSG ''",
        "06 09 676f6e65 | WILLMSG 'gone'",
        "0a 0a 0000 0102 61 2f 62 63 | REGISTER 0 258 'a/bc'",
        "07 0b 0005 0102 00 | REGACK 5 258 ACCEPTED",
        "07 0b 0005 0102 02 | REGACK 5 258 INVALID_TOPIC_ID",
        "09 0c 00 0005 0000 3231 | PUBLISH false 0 false NORMAL:5 0 '21'",
        "09 0c b0 0005 0102 3231 | PUBLISH true 1 true NORMAL:5 258 '21'",
        "09 0c 41 0005 0102 3231 | PUBLISH false 2 false PREDEFINED:5 258 '21'",
        "09 0c 62 6162 0000 3231 | PUBLISH false -1 false SHORT:24930 0 '21'",
        "07 0c 61 0001 0000 | PUBLISH false -1 false PREDEFINED:1 0 ''",
        "07 0d 0005 0102 00 | PUBACK 5 258 ACCEPTED",
        "04 0e 0102 | PUBCOMP 258",
        "04 0f 0102 | PUBREC 258",
        "04 10 0102 | PUBREL 258",
        "08 12 20 0102 61 2f 2b | SUBSCRIBE false 1 258 NORMAL:0 'a/+'",
        "07 12 c1 0102 0005 | SUBSCRIBE true 2 258 PREDEFINED:5 ''",
        "07 12 02 0102 6162 | SUBSCRIBE false 0 258 SHORT:24930 ''",
        "08 13 20 0005 0102 00 | SUBACK 1 5 258 ACCEPTED",
        "08 14 00 0102 61 2f 2b | UNSUBSCRIBE 258 NORMAL:0 'a/+'",
        "07 14 01 0102 0005 | UNSUBSCRIBE 258 PREDEFINED:5 ''",
        "07 14 02 0102 6162 | UNSUBSCRIBE 258 SHORT:24930 ''",
        "04 15 0102 | UNSUBACK 258",
        "02 16 | PINGREQ ''",
        "06 16 70756d70 | PINGREQ 'pump'",
        "02 17 | PINGRESP",
        "02 18 | DISCONNECT -1",
        "04 18 012c | DISCONNECT 300",
        "02 1a | WILLTOPICUPD 0 false ''",
        "07 1a 30 77696c6c | WILLTOPICUPD 1 true 'will'",
        "03 1b 00 | WILLTOPICRESP ACCEPTED",
        "06 1c 676f6e65 | WILLMSGUPD 'gone'",
        "03 1d 03 | WILLMSGRESP NOT_SUPPORTED",
      })
  void aMessageIsTheseOctets(String hex, String said) throws Exception {
    SnMessage message = decode(bytes(hex));

    assertThat(told(message)).isEqualTo(said);
    assertThat(hex(SnEncoder.bytes(message))).isEqualTo(hex.replace(" ", ""));
    assertThat(SnEncoder.size(message)).isEqualTo(bytes(hex).length);
  }

  @Test
  void aForwarderPutsItsHeaderBeforeTheMessage() throws Exception { // 5.5, table 30
    SnMessage message = decode(bytes("05 fe 01 0a0b 0216"));

    assertThat(message)
        .isInstanceOfSatisfying(
            SnMessage.Encapsulated.class,
            it -> {
              assertThat(it.radius()).isEqualTo(1);
              assertThat(it.node()).containsExactly(0x0a, 0x0b);
              assertThat(it.message()).containsExactly(0x02, 0x16);
            });
    assertThat(hex(SnEncoder.bytes(message))).isEqualTo("05fe010a0b0216");
  }

  @ParameterizedTest
  @CsvSource({"252, 2", "2, 300", "2, 65535", "252, 65535"})
  void theLengthOfAForwarderIsThatOfItsHeader(int node, int inside) throws Exception { // 5.5
    byte[] message = new byte[inside];
    message[1] = 0x0c;
    byte[] bytes = SnEncoder.bytes(new SnMessage.Encapsulated(1, new byte[node], message));

    assertThat(bytes).hasSize(3 + node + inside).startsWith(3 + node, 0xfe, 0x01);
    assertThat(((SnMessage.Encapsulated) decode(bytes)).message()).hasSize(inside);
  }

  @Test
  void anAddressThatNoForwarderHasIsNotWritten() {
    SnMessage.Encapsulated wide = new SnMessage.Encapsulated(0, new byte[253], new byte[2]);

    assertThatThrownBy(() -> SnEncoder.bytes(wide)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reservedReturnCodesRejectLikeAnyOther() throws Exception { // 5.3.10
    assertThat(told(decode(bytes("03 05 7f")))).isEqualTo("CONNACK NOT_SUPPORTED");
  }

  @ParameterizedTest
  @CsvSource({"248, 1", "249, 3", "1000, 3", "65526, 3"})
  void longMessagesHaveALengthOfThreeOctets(int payload, int octets) throws Exception { // 5.2.1
    SnMessage.Publish publish =
        new SnMessage.Publish(false, 0, false, SnTopic.normal(1), 0, new byte[payload]);
    byte[] bytes = SnEncoder.bytes(publish);

    assertThat(bytes).hasSize(octets + 6 + payload);
    assertThat(bytes[0] == 1).isEqualTo(octets == 3);
    assertThat(SnDecoder.length(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    assertThat(((SnMessage.Publish) decode(bytes)).payload()).hasSize(payload);
  }

  @Test
  void aShortMessageMayHaveTheLongerLength() throws Exception { // 5.2.1
    assertThat(told(decode(bytes("01 0004 16")))).isEqualTo("PINGREQ ''");
    assertThat(told(decode(bytes("01 0006 0f 0102")))).isEqualTo("PUBREC 258");
  }

  @Test
  void whatIsLongerThanAMessageCanBeIsNotWritten() {
    SnMessage.Publish huge =
        new SnMessage.Publish(false, 0, false, SnTopic.normal(1), 0, new byte[65_527]);

    assertThatThrownBy(() -> SnEncoder.write(huge, new ByteWriter(8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PUBLISH of 65536 octets");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 5.2",
        "00 | 5.2.1",
        "02 | 5.2.2",
        "01 | 5.2.2",
        "01 0002 | 5.2.1",
        "01 0003 16 | 5.2.1",
        "03 16 | 5.2.1",
        "02 16 00 | 5.2.1",
        "02 03 | 5.2.2",
        "02 11 | 5.2.2",
        "02 19 | 5.2.2",
        "02 1e | 5.2.2",
        "02 ff | 5.2.2",
        "03 00 07 | 5.4",
        "06 00 07 0384 00 | 5.4",
        "03 04 04 | 5.4",
        "0a 04 04 02 003c 70756d70 | 5.3.8",
        "03 06 00 | 5.4",
        "07 07 60 77696c6c | 5.3.4",
        "04 0a 00 00 | 5.4",
        "06 0c 00 0005 00 | 5.4",
        "09 0c 03 0005 0000 3231 | 5.3.4",
        "05 12 20 0102 | 5.4",
        "08 12 60 0102 61 2f 2b | 5.3.4",
        "07 12 03 0102 0005 | 5.3.4",
        "06 12 01 0102 00 | 5.4",
        "08 12 01 0102 000500 | 5.4",
        "08 12 02 0102 616263 | 5.4",
        "03 18 01 | 5.4",
        "05 18 000100 | 5.4",
        "05 fe 01 0a0b | 5.2.1",
        "05 fe 01 0a0b 03fe01 | 5.5",
        "05 fe 01 0a0b 02 | 5.2.2",
        "02 fe 0216 | 5.4",
      })
  void whatIsNoMessageIsRefused(String hex, String section) {
    byte[] bytes = bytes(hex == null ? "" : hex);

    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOfSatisfying(
            SnMalformedException.class,
            it -> assertThat(it.section()).as(it.explanation()).startsWith(section));
  }

  @Test
  void noOctetsWhateverTheyAreDoAnythingElse() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] bytes = new byte[64];
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      random.nextBytes(bytes);
      int length = 1 + random.nextInt(bytes.length - 1);
      bytes[0] = (byte) length;
      bytes[1] = random.nextInt(8) == 0 ? bytes[1] : (byte) random.nextInt(0x1e);
      byte[] datagram = Arrays.copyOf(bytes, length);
      try {
        SnMessage message = decode(datagram);
        SnMessage again = decode(SnEncoder.bytes(message));
        assertThat(told(again)).isEqualTo(told(message));
        read++;
      } catch (SnMalformedException refused) {
        // as it should be
      }
    }
    assertThat(read).isGreaterThan(10_000);
  }
}
