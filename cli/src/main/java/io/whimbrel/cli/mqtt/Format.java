package io.whimbrel.cli.mqtt;

import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.UserProperty;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The output format of {@code -F}: read once, then written for each message. A sequence is {@code
 * %[-][0][WIDTH][.MAXIMUM]LETTER} for what the message says, {@code @LETTER} for the time as
 * strftime(3) has it, or a character behind a backslash. Immutable.
 */
final class Format {
  private static final String LETTERS = "%ACDEFIjJlmPpqRrStUxX";
  private static final String ESCAPES = "\\0aenrtv";
  private static final String ESCAPED = "\\\0\u0007\u001b\n\r\t\u000b";

  /** A part of the format. */
  private interface Part {
    void write(Shown message, ByteArrayOutputStream out);
  }

  /** How a value is placed; a width of 0 is none, a maximum of -1 is none. */
  private record Place(boolean left, boolean zeros, int width, int maximum) {
    void text(String value, ByteArrayOutputStream out) {
      int length = value.codePointCount(0, value.length());
      int kept = maximum < 0 ? length : Math.min(length, maximum);
      String shown = value.substring(0, value.offsetByCodePoints(0, kept));
      around(' ', kept, shown.getBytes(StandardCharsets.UTF_8), out);
    }

    void number(long value, ByteArrayOutputStream out) {
      byte[] digits = Long.toString(value).getBytes(StandardCharsets.US_ASCII);
      around(zeros && !left ? '0' : ' ', digits.length, digits, out);
    }

    void nothing(ByteArrayOutputStream out) {
      fill(zeros ? '0' : ' ', width, out);
    }

    /** Of more bytes than fit, the first ones: a payload has no other maximum. */
    void bytes(byte[] value, ByteArrayOutputStream out) {
      int kept = width > 0 ? Math.min(width, value.length) : value.length;
      byte[] shown = kept == value.length ? value : java.util.Arrays.copyOf(value, kept);
      around(zeros && !left ? '0' : ' ', kept, shown, out);
    }

    void hex(byte[] value, HexFormat form, ByteArrayOutputStream out) {
      int kept = width > 0 ? Math.min(width, value.length) : value.length;
      byte[] shown = form.formatHex(value, 0, kept).getBytes(StandardCharsets.US_ASCII);
      around(zeros && !left ? '0' : ' ', shown.length, shown, out);
    }

    private void around(char pad, int length, byte[] value, ByteArrayOutputStream out) {
      if (!left) {
        fill(pad, width - length, out);
      }
      out.writeBytes(value);
      if (left) {
        fill(' ', width - length, out);
      }
    }

    private static void fill(char pad, int count, ByteArrayOutputStream out) {
      for (int i = 0; i < count; i++) {
        out.write(pad);
      }
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final boolean pretty;
  private final Consumer<String> failures;

  private Format(boolean pretty, Consumer<String> failures) {
    this.pretty = pretty;
    this.failures = failures;
  }

  /**
   * Reads a format.
   *
   * @param pretty whether JSON stands on several lines
   * @param failures told where a message cannot be shown as it should
   * @throws MistakeException it is none
   */
  static Format of(String text, boolean pretty, Consumer<String> failures) {
    Format format = new Format(pretty, failures);
    int at = 0;
    while (at < text.length()) {
      int plain = at;
      while (at < text.length() && "%@\\".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      format.plain(text.substring(plain, at));
      if (at < text.length()) {
        at = format.sequence(text, at);
      }
    }
    return format;
  }

  /** What the format makes of a message. */
  void write(Shown message, ByteArrayOutputStream out) {
    for (Part part : parts) {
      part.write(message, out);
    }
  }

  private void plain(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0) {
      parts.add((message, out) -> out.writeBytes(bytes));
    }
  }

  /** Reads what begins here, and gives where it ends. */
  private int sequence(String text, int at) {
    char kind = text.charAt(at);
    if (kind == '%') {
      return value(text, at + 1);
    }
    char letter = charAt(text, at + 1);
    if (kind == '\\') {
      int which = ESCAPES.indexOf(letter);
      if (which < 0) {
        throw new MistakeException("-F knows no escape '\\" + letter + "'");
      }
      plain(ESCAPED.substring(which, which + 1));
    } else if (letter == '@') {
      plain("@");
    } else {
      parts.add((message, out) -> put(time(letter, message), out));
    }
    return at + 2;
  }

  private static String time(char letter, Shown message) {
    return letter == 'N'
        ? Strftime.padded(message.time().getNano(), 9)
        : Strftime.of(letter, message.time());
  }

  private int value(String text, int begin) {
    int at = begin;
    boolean left = charAt(text, at) == '-';
    at += left ? 1 : 0;
    boolean zeros = charAt(text, at) == '0';
    int widthEnd = digits(text, at);
    int width = number(text, at, widthEnd);
    at = widthEnd;
    int maximum = -1;
    if (charAt(text, at) == '.') {
      int maximumEnd = digits(text, at + 1);
      maximum = number(text, at + 1, maximumEnd);
      at = maximumEnd;
    }
    char letter = charAt(text, at);
    if (LETTERS.indexOf(letter) < 0) {
      throw new MistakeException("-F knows no '%" + letter + "'");
    }
    parts.add(part(letter, new Place(left, zeros, width, maximum)));
    return at + 1;
  }

  private static char charAt(String text, int at) {
    if (at >= text.length()) {
      throw new MistakeException("-F ends in the middle of a sequence");
    }
    return text.charAt(at);
  }

  private static int digits(String text, int begin) {
    int at = begin;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  private static int number(String text, int from, int to) {
    if (to - from > 6) {
      throw new MistakeException("-F has a width of more than 999999");
    }
    return from == to ? 0 : Integer.parseInt(text.substring(from, to));
  }

  private Part part(char letter, Place place) {
    return switch (letter) {
      case '%' -> (m, out) -> out.write('%');
      case 't' -> (m, out) -> place.text(m.topic(), out);
      case 'p' -> (m, out) -> place.bytes(m.payload(), out);
      case 'x' -> (m, out) -> place.hex(m.payload(), HexFormat.of(), out);
      case 'X' -> (m, out) -> place.hex(m.payload(), HexFormat.of().withUpperCase(), out);
      case 'l' -> (m, out) -> place.number(m.payload().length, out);
      case 'q' -> (m, out) -> out.write('0' + m.qos());
      case 'r' -> (m, out) -> out.write(m.retain() ? '1' : '0');
      case 'm' -> (m, out) -> place.number(m.packetId(), out);
      case 'I' -> (m, out) -> place.text(iso(m), out);
      case 'U' -> (m, out) -> put(Strftime.of('s', m.time()) + "." + time('N', m), out);
      case 'j' -> (m, out) -> json(m, JsonMessage.Payload.TEXT, out);
      case 'J' -> (m, out) -> json(m, JsonMessage.Payload.JSON, out);
      default -> property(letter, place);
    };
  }

  private static Part property(char letter, Place place) {
    return switch (letter) {
      case 'A' -> number(PropertyId.TOPIC_ALIAS, place);
      case 'E' -> number(PropertyId.MESSAGE_EXPIRY_INTERVAL, place);
      case 'F' -> number(PropertyId.PAYLOAD_FORMAT_INDICATOR, place);
      case 'S' -> number(PropertyId.SUBSCRIPTION_IDENTIFIER, place);
      case 'C' ->
          (m, out) -> {
            @Nullable String type = m.properties().text(PropertyId.CONTENT_TYPE);
            place.text(type == null ? "" : type, out);
          };
      case 'R' ->
          (m, out) -> {
            @Nullable String topic = m.properties().text(PropertyId.RESPONSE_TOPIC);
            if (topic != null) { // else not even blanks
              place.text(topic, out);
            }
          };
      case 'D' ->
          (m, out) -> {
            byte @Nullable [] data = m.properties().binary(PropertyId.CORRELATION_DATA);
            out.writeBytes(data == null ? new byte[0] : data);
          };
      case 'P' -> Format::userProperties;
      default -> throw new IllegalStateException("a letter without a meaning: " + letter);
    };
  }

  private static Part number(PropertyId id, Place place) {
    return (m, out) -> {
      if (m.properties().has(id)) {
        place.number(m.properties().number(id, 0), out);
      } else {
        place.nothing(out);
      }
    };
  }

  private static void userProperties(Shown message, ByteArrayOutputStream out) {
    String between = "";
    for (UserProperty each : message.properties().userProperties()) {
      put(between + each.name() + ":" + each.value(), out);
      between = " ";
    }
  }

  private static String iso(Shown message) {
    return Strftime.of('F', message.time())
        + "T"
        + Strftime.of('T', message.time())
        + Strftime.of('z', message.time());
  }

  private void json(Shown message, JsonMessage.Payload payload, ByteArrayOutputStream out) {
    JsonMessage.of(message, payload, pretty)
        .ifPresentOrElse(
            text -> put(text, out),
            () -> failures.accept("the payload is not valid JSON on topic " + message.topic()));
  }

  private static void put(String text, ByteArrayOutputStream out) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
