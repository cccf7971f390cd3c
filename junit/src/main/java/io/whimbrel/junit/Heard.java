package io.whimbrel.junit;

import io.whimbrel.client.Message;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A message that the recorder heard.
 *
 * @param number of it among all that it heard
 * @param millis since the recorder was made
 */
record Heard(long number, long millis, Message message) {
  private static final int LETTERS_MAX = 60;
  private static final int BYTES_MAX = 20;

  /** A line for people. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%8.3f s  %s  QoS %d%s  %s",
        millis / 1000.0,
        message.topic(),
        message.qos().number(),
        message.retain() ? " retain" : "",
        excerpt(message.payload()));
  }

  /** What is read by people as a text, anything else in hexadecimal digits. */
  static String excerpt(byte[] payload) {
    if (payload.length == 0) {
      return "(empty)";
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
      if (text.chars().noneMatch(Character::isISOControl)) {
        return text.length() <= LETTERS_MAX
            ? quoted(text)
            : quoted(text.substring(0, LETTERS_MAX)) + "... (" + payload.length + " bytes)";
      }
    } catch (CharacterCodingException bytes) {
      // is shown as what it is
    }
    int shown = Math.min(payload.length, BYTES_MAX);
    return HexFormat.ofDelimiter(" ").formatHex(payload, 0, shown)
        + (shown < payload.length ? " ..." : "")
        + " ("
        + payload.length
        + " bytes)";
  }

  static String quoted(String text) {
    return '"' + text + '"';
  }
}
