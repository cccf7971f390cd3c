package io.whimbrel.codec.scram;

import java.nio.charset.StandardCharsets;

/**
 * What the server answers with.
 *
 * @param nonce that of the client and more
 * @param text the whole message, as it goes into proof and signature
 */
public record ServerFirst(String nonce, byte[] salt, int iterations, String text) {
  /** The longest that is read. */
  public static final int BYTES_MAX = 4_096;

  private static final int DIGITS_MAX = 9;

  /** One to be sent. */
  public static ServerFirst of(String nonce, byte[] salt, int iterations) {
    String text = "r=" + nonce + ",s=" + ScramText.base64(salt) + ",i=" + iterations;
    return new ServerFirst(nonce, salt, iterations, text);
  }

  /** Reads one. */
  public static ServerFirst read(byte[] message) throws ScramException {
    ScramText text = ScramText.of(message, BYTES_MAX);
    String whole = text.rest();
    String nonce = ScramText.nonce(text.value('r'));
    byte[] salt = ScramText.bytes(text.value('s'));
    int iterations = iterations(text.value('i'));
    text.extensions();
    return new ServerFirst(nonce, salt, iterations, whole);
  }

  /** A positive number without leading zeros. */
  private static int iterations(String value) throws ScramException {
    boolean digits = value.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || value.charAt(0) == '0' || value.length() > DIGITS_MAX) {
      throw ScramText.malformed("the number of iterations is none");
    }
    return Integer.parseInt(value);
  }

  /** The message. */
  public byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
