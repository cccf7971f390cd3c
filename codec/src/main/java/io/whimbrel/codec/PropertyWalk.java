package io.whimbrel.codec;

import java.nio.charset.StandardCharsets;

/** Steps through property entries that were checked when they were read. */
final class PropertyWalk {
  private PropertyWalk() {}

  /** Where the entry behind the one that begins here begins; every identifier is one byte. */
  static int next(byte[] wire, int at) {
    int value = at + 1;
    return switch (PropertyId.known(wire[at]).type()) {
      case BYTE -> value + 1;
      case TWO_BYTES -> value + 2;
      case FOUR_BYTES -> value + 4;
      case VARIABLE -> variableEnd(wire, value);
      case TEXT, BINARY -> blockEnd(wire, value);
      case TEXT_PAIR -> blockEnd(wire, blockEnd(wire, value));
    };
  }

  static int twoBytes(byte[] wire, int at) {
    return ((wire[at] & 0xFF) << 8) | (wire[at + 1] & 0xFF);
  }

  static int variable(byte[] wire, int at) {
    int value = 0;
    for (int i = at, shift = 0; ; i++, shift += 7) {
      value |= (wire[i] & 0x7F) << shift;
      if (wire[i] >= 0) {
        return value;
      }
    }
  }

  static String text(byte[] wire, int at) {
    return new String(wire, at + 2, twoBytes(wire, at), StandardCharsets.UTF_8);
  }

  static int blockEnd(byte[] wire, int at) {
    return at + 2 + twoBytes(wire, at);
  }

  private static int variableEnd(byte[] wire, int at) {
    int end = at;
    while (wire[end] < 0) {
      end++;
    }
    return end + 1;
  }
}
