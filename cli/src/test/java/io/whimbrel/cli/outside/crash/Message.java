package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Qos;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One message of a stream, and when what happened to it. */
final class Message {
  static final long NEVER = Long.MAX_VALUE;

  final Stream stream;
  final int number;
  final long sent;
  int sends;

  /** When PUBACK or PUBREC came. */
  long acknowledged = NEVER;

  boolean refused;

  Message(Stream stream, int number, long sent) {
    this.stream = stream;
    this.number = number;
    this.sent = sent;
  }

  byte[] payload() {
    return payload(stream.qos, number);
  }

  /** Its quality and number, and so many bytes as follow from that. */
  static byte[] payload(Qos qos, int number) {
    byte[] head = (qos.number() + " " + number + " ").getBytes(StandardCharsets.US_ASCII);
    int mixed = number * 0x9E3779B1 >>> 8;
    int size = mixed % 200 == 0 ? 20_000 : mixed % 150;
    byte[] all = Arrays.copyOf(head, head.length + size);
    for (int i = head.length; i < all.length; i++) {
      all[i] = (byte) (number + i);
    }
    return all;
  }

  static Qos qos(byte[] payload) {
    return Qos.of(payload[0] - '0');
  }

  static int number(byte[] payload) {
    int end = 2;
    while (payload[end] != ' ') {
      end++;
    }
    return Integer.parseInt(new String(payload, 2, end - 2, StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return stream + " number " + number + " (sent at tick " + sent + ", " + ack() + ")";
  }

  private String ack() {
    return acknowledged == NEVER ? "not acknowledged" : "acknowledged at tick " + acknowledged;
  }
}
