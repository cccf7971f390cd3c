package io.whimbrel.cli.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.Message;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What -F makes of a message. */
class FormatTest {
  private static final ZonedDateTime TIME =
      ZonedDateTime.of(2024, 2, 3, 4, 5, 6, 70_080_090, ZoneId.of("Europe/Berlin"));
  private static final Message PLAIN =
      Message.to("home/door").payload(bytes("open")).qos(Qos.AT_LEAST_ONCE).build();
  private static final Message RICH =
      Message.to("t")
          .payload("{\"a\": [1.0, true, null, {}], \"b\": \"x\\ty\"}")
          .contentType("text/plain")
          .responseTopic("answers")
          .correlationData(bytes("4711"))
          .expiry(Duration.ofSeconds(100))
          .userProperty("colour", "blue")
          .userProperty("size", "10 cm")
          .qos(Qos.AT_MOST_ONCE)
          .retain()
          .build();

  private final List<String> failures = new ArrayList<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%t %p %q %r %l %m | home/door open 1 0 4 7",
        "%x %X | 6f70656e 6F70656E",
        "100%% @@ \\\\ | 100% @ \\",
        "[%12t][%-12t][%.4t][%6.4t][%-6.4t] | [   home/door][home/door   ][home][  home][home  ]",
        "[%6p][%-6p][%06p][%2p] | [  open][open  ][00open][op]",
        "[%10x][%-10x][%010x][%2x] | [  6f70656e][6f70656e  ][006f70656e][6f70]",
        "[%3l][%-3l][%03l][%-03l][%3m] | [  4][4  ][004][4  ][  7]",
        "[%A][%C][%D][%E][%F][%P][%R][%S] | [][][][][][][][]",
        "[%2A][%2C][%02E][%2F][%2R][%2S] | [  ][  ][00][  ][][  ]",
        "%I | 2024-02-03T04:05:06+0100",
        "[%26I][%.10I] | [  2024-02-03T04:05:06+0100][2024-02-03]",
        "%U | 1706929506.070080090",
        "@Y-@m-@d @H:@M:@S.@N @z | 2024-02-03 04:05:06.070080090 +0100",
      })
  void printsWhatAMessageSays(String format, String expected) {
    assertThat(shown(format, PLAIN)).isEqualTo(expected);
  }

  @Test
  void escapesAreCharacters() {
    assertThat(shown("\\0\\a\\e\\n\\r\\t\\v", PLAIN)).isEqualTo("\0\u0007\u001b\n\r\t\u000b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[%C][%D][%E][%F][%P][%R] | [text/plain][4711][100][1][colour:blue size:10 cm][answers]",
        "[%12C][%-12C][%.4C][%05E][%3F] | [  text/plain][text/plain  ][text][00100][  1]",
      })
  void printsProperties(String format, String expected) {
    assertThat(shown(format, RICH)).isEqualTo(expected);
  }

  @Test
  void jsonHoldsThePayloadAsAString() {
    assertThat(shown("%j", PLAIN))
        .isEqualTo(
            "{\"tst\":\"2024-02-03T04:05:06.070080+0100\",\"topic\":\"home/door\",\"qos\":1,"
                + "\"retain\":0,\"payloadlen\":4,\"mid\":7,\"payload\":\"open\"}");
  }

  @Test
  void jsonHoldsThePayloadAsItIs() {
    assertThat(shown("%J", RICH))
        .isEqualTo(
            "{\"tst\":\"2024-02-03T04:05:06.070080+0100\",\"topic\":\"t\",\"qos\":0,\"retain\":1,"
                + "\"payloadlen\":41,\"properties\":{\"payload-format-indicator\":1,"
                + "\"content-type\":\"text/plain\",\"response-topic\":\"answers\","
                + "\"correlation-data\":\"4711\",\"message-expiry-interval\":100,"
                + "\"user-properties\":{\"colour\":\"blue\",\"size\":\"10 cm\"}},"
                + "\"payload\":{\"a\":[1.0,true,null,{}],\"b\":\"x\\ty\"}}");
  }

  @Test
  void jsonMayBePretty() {
    assertThat(shown(Format.of("%j", true, failures::add), PLAIN))
        .isEqualTo(
            "{\n\t\"tst\":\t\"2024-02-03T04:05:06.070080+0100\",\n\t\"topic\":\t\"home/door\",\n"
                + "\t\"qos\":\t1,\n\t\"retain\":\t0,\n\t\"payloadlen\":\t4,\n\t\"mid\":\t7,\n"
                + "\t\"payload\":\t\"open\"\n}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "{", "1 2", "{\"a\":1}}", " "})
  void aPayloadThatIsNoJsonIsTold(String payload) {
    Message message = Message.to("t").payload(bytes(payload)).build();

    assertThat(shown("<%J>", message)).isEqualTo("<>");
    assertThat(failures).containsExactly("the payload is not valid JSON on topic t");
  }

  @Test
  void bytesThatAreNoTextAreKeptInBase64() {
    Message message = Message.to("t").payload(new byte[] {(byte) 0xff, 0, 1}).build();
    Shown shown = new Shown(message, 1, TIME);

    assertThat(JsonMessage.of(shown, JsonMessage.Payload.EXACT, false).orElseThrow())
        .endsWith("\"payload-base64\":\"/wAB\"}");
    assertThat(JsonMessage.of(shown, JsonMessage.Payload.TEXT, false).orElseThrow())
        .endsWith("\"payload\":\"\ufffd\\u0000\\u0001\"}");
  }

  @Test
  void whatMayComeTwiceAndWhatIsNoTextIsKeptInExactJson() {
    Properties properties =
        Properties.builder()
            .set(PropertyId.CORRELATION_DATA, new byte[] {(byte) 0xff, 0, 1})
            .subscriptionIdentifier(1)
            .subscriptionIdentifier(2)
            .user("a", "b")
            .user("a", "c")
            .build();
    Shown shown = new Shown(Message.to("t").build(), properties, 1, TIME);

    assertThat(JsonMessage.of(shown, JsonMessage.Payload.EXACT, false).orElseThrow())
        .contains(
            "\"correlation-data-base64\":\"/wAB\"",
            "\"subscription-identifiers\":[1,2]",
            "\"user-properties\":[{\"name\":\"a\",\"value\":\"b\"},"
                + "{\"name\":\"a\",\"value\":\"c\"}]");
  }

  @Test
  void anEmptyPayloadIsNull() {
    assertThat(shown("%j", Message.to("t").build())).endsWith("\"payload\":null}");
    assertThat(shown("%J", Message.to("t").build())).endsWith("\"payload\":null}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%z", "%", "%-", "%5", "%5.", "@", "\\", "\\q", "%9999999t"})
  void whatIsNoFormatIsAMistake(String format) {
    assertThatThrownBy(() -> Format.of(format, false, failures::add))
        .isInstanceOf(MistakeException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "a|Sat",
        "A|Saturday",
        "b|Feb",
        "B|February",
        "c|Sat Feb  3 04:05:06 2024",
        "C|20",
        "d|03",
        "D|02/03/24",
        "e| 3",
        "F|2024-02-03",
        "g|24",
        "G|2024",
        "h|Feb",
        "H|04",
        "I|04",
        "j|034",
        "k| 4",
        "l| 4",
        "m|02",
        "M|05",
        "p|AM",
        "P|am",
        "r|04:05:06 AM",
        "R|04:05",
        "s|1706929506",
        "S|06",
        "T|04:05:06",
        "u|6",
        "U|04",
        "V|05",
        "w|6",
        "W|05",
        "x|02/03/24",
        "X|04:05:06",
        "y|24",
        "Y|2024",
        "z|+0100",
        "Z|CET",
        "%|%",
        "q|%q",
      })
  void timesAreThoseOfStrftime(char letter, String expected) {
    assertThat(Strftime.of(letter, TIME)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 12, AM", "11, 11, AM", "12, 12, PM", "23, 11, PM"})
  void hoursAreOfTwelve(int hour, String ofTwelve, String half) {
    assertThat(Strftime.of('I', TIME.withHour(hour))).isEqualTo(ofTwelve);
    assertThat(Strftime.of('p', TIME.withHour(hour))).isEqualTo(half);
  }

  private String shown(String format, Message message) {
    return shown(Format.of(format, false, failures::add), message);
  }

  private static String shown(Format format, Message message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(new Shown(message, 7, TIME), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
