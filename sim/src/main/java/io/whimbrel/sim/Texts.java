package io.whimbrel.sim;

import java.nio.charset.StandardCharsets;

/** Text and its octets. */
final class Texts {
  private Texts() {}

  static String of(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }

  static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
