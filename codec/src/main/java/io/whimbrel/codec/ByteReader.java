package io.whimbrel.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A cursor over the bytes of one packet that never runs over its end; owned by one decoder. */
final class ByteReader {
  private static final byte[] NOTHING = new byte[0];

  private byte[] bytes = NOTHING;
  private int at;
  private int end;
  private boolean five;
  private TopicName lastTopic = TopicName.NONE;

  /** Begins a packet's variable header. */
  void begin(byte[] source, int from, int to) {
    bytes = source;
    at = from;
    end = to;
  }

  /** Forgets the array, which is lent. */
  void forget() {
    begin(NOTHING, 0, 0);
  }

  /** Which specification's rules are cited when they are broken. */
  void cite(ProtocolVersion version) {
    five = version.isFive();
  }

  int remaining() {
    return end - at;
  }

  int position() {
    return at;
  }

  /** Ends reading after so many bytes, which must be there; returns the end there was. */
  int narrow(int length) {
    need(length);
    int before = end;
    end = at + length;
    return before;
  }

  /** Takes back a {@link #narrow}. */
  void widen(int before) {
    end = before;
  }

  int readByte() {
    need(1);
    return bytes[at++] & 0xFF;
  }

  int peekByte() {
    need(1);
    return bytes[at] & 0xFF;
  }

  /** Two Byte Integer (1.5.2). */
  int readShort() {
    need(2);
    int value = ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    at += 2;
    return value;
  }

  /** Four Byte Integer (1.5.3), unsigned. */
  long readInt() {
    long high = readShort();
    return high << 16 | readShort();
  }

  /** Variable Byte Integer of at most four bytes, in its shortest form [MQTT-1.5.5-1]. */
  int readVarInt() {
    int value = 0;
    for (int shift = 0; shift <= 21; shift += 7) {
      int b = readByte();
      value |= (b & 0x7F) << shift;
      if (b < 0x80) {
        if (b == 0 && shift > 0) {
          throw Faults.malformed("MQTT-1.5.5-1", "variable byte integer is not in shortest form");
        }
        return value;
      }
    }
    throw Faults.malformed("1.5.5", "variable byte integer is longer than four bytes");
  }

  /** Passes over Binary Data (1.5.6); returns where its content begins, it ends at the position. */
  int readBlock() {
    int length = readShort();
    need(length);
    int from = at;
    at += length;
    return from;
  }

  /** Passes over a UTF-8 Encoded String, checked; as {@link #readBlock}. */
  int readUtf8() {
    int from = readBlock();
    checkUtf8(from);
    return from;
  }

  private void checkUtf8(int from) {
    int fault = Utf8.firstFault(bytes, from, at);
    if (fault >= 0) {
      throw bytes[fault] == 0
          ? Faults.malformed(five ? "MQTT-1.5.4-2" : "3.1.1 MQTT-1.5.3-2", "string has U+0000")
          : Faults.malformed(
              five ? "MQTT-1.5.4-1" : "3.1.1 MQTT-1.5.3-1", "string is not well-formed UTF-8");
    }
  }

  String readText() {
    int from = readUtf8();
    return new String(bytes, from, at - from, StandardCharsets.UTF_8);
  }

  byte[] readBinary() {
    int from = readBlock();
    return Arrays.copyOfRange(bytes, from, at);
  }

  TopicName readTopicName() {
    int from = readUtf8();
    return TopicName.read(bytes, from, at);
  }

  /**
   * As {@link #readTopicName}, but no bytes at all are {@link TopicName#NONE}. Who publishes to the
   * topic it published to last is given the name that was checked and made then.
   */
  TopicName readTopicNameOrNone() {
    int from = readBlock();
    if (from == at) {
      return TopicName.NONE;
    }
    if (!lastTopic.isAt(bytes, from, at)) {
      checkUtf8(from);
      lastTopic = TopicName.read(bytes, from, at);
    }
    return lastTopic;
  }

  TopicFilter readTopicFilter() {
    int from = readUtf8();
    return TopicFilter.read(bytes, from, at);
  }

  /** A Packet Identifier, which is never 0. */
  int readPacketId() {
    int packetId = readShort();
    if (packetId == 0) {
      // [MQTT-2.2.1-3] [MQTT-2.2.1-4] [3.1.1 MQTT-2.3.1-1]
      throw Faults.protocol(five ? "MQTT-2.2.1-3" : "3.1.1 MQTT-2.3.1-1", "packet identifier is 0");
    }
    return packetId;
  }

  /** All that is left. */
  byte[] readRest() {
    byte[] rest = at == end ? NOTHING : Arrays.copyOfRange(bytes, at, end);
    at = end;
    return rest;
  }

  /** The bytes passed since a position, as an array of their own. */
  byte[] copyFrom(int from) {
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** Whether one of the bytes passed since a position is {@code +} or {@code #}. */
  boolean hasWildcardSince(int from) {
    for (int i = from; i < at; i++) {
      if (bytes[i] == '+' || bytes[i] == '#') {
        return true;
      }
    }
    return false;
  }

  private void need(int length) {
    if (length > end - at) {
      throw Faults.malformed("2.1.4", "a field runs over the end of the packet");
    }
  }
}
