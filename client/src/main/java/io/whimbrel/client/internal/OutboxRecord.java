package io.whimbrel.client.internal;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record of the log of an outbox, as bytes: a length (of what follows the checksum), a checksum
 * (CRC-32C of kind and body), a kind and a body. Numbers are big-endian. Stateless.
 *
 * <pre>
 * length 4 | checksum 4 | kind 1 | body
 * MESSAGE    sequence 8 | packet identifier 2, 0 for none | released 1 | PUBLISH of MQTT 5.0
 * ASSIGNED   sequence 8 | packet identifier 2
 * RELEASED   sequence 8
 * DONE       sequence 8
 * RECEIVED   packet identifier 2
 * COMPLETED  packet identifier 2
 * FORGOTTEN
 * SAFE       segment 4 | offset 8   what stands before it was forced before it was written
 * END        segment 4 | offset 8   the next segment goes on
 * CLIENT     client identifier      alone in a file of its own
 * </pre>
 */
final class OutboxRecord {
  enum Kind {
    MESSAGE(16, Integer.MAX_VALUE),
    ASSIGNED(10, 10),
    RELEASED(8, 8),
    DONE(8, 8),
    RECEIVED(2, 2),
    COMPLETED(2, 2),
    FORGOTTEN(0, 0),
    SAFE(12, 12),
    END(12, 12),
    CLIENT(0, Integer.MAX_VALUE);

    private static final Kind[] ALL = values();

    private final int bodyMin;
    private final int bodyMax;

    Kind(int bodyMin, int bodyMax) {
      this.bodyMin = bodyMin;
      this.bodyMax = bodyMax;
    }

    private int code() {
      return ordinal() + 1;
    }
  }

  /** Before the kind: length and checksum. */
  static final int FRAME_BYTES = 8;

  /** Before the body. */
  static final int HEAD_BYTES = FRAME_BYTES + 1;

  /** Of a record of the kind SAFE or END. */
  static final int PLACE_BYTES = HEAD_BYTES + 12;

  /** Of a record of the kind RECEIVED. */
  static final int RECEIVED_BYTES = HEAD_BYTES + 2;

  /** No packet is larger, and so no record much. */
  static final int SIZE_MAX = (1 << 28) + 64;

  private static final int KIND = FRAME_BYTES;
  private static final int SEQUENCE = HEAD_BYTES;
  private static final int PACKET_ID = SEQUENCE + 8;
  private static final int IS_RELEASED = PACKET_ID + 2;
  private static final int PUBLISH = IS_RELEASED + 1;

  private OutboxRecord() {}

  // ---------------------------------------------------------------- writing

  /**
   * A message that has no packet identifier yet.
   *
   * @throws IllegalArgumentException no packet can hold it; nothing is written
   */
  static void message(ByteWriter out, long sequence, Publish message) {
    int from = out.size();
    try {
      begin(out, Kind.MESSAGE);
      putLong(out, sequence);
      out.putShort(0);
      out.putByte(0);
      PacketEncoder.encode(identified(message, message.payload()), ProtocolVersion.MQTT_5, out);
      end(out, from);
    } catch (IllegalArgumentException unsayable) {
      out.truncate(from);
      throw unsayable;
    }
  }

  /**
   * Checks that what would be written can be read.
   *
   * @throws IllegalArgumentException it cannot: one such message would keep an outbox shut
   */
  static void check(Publish message) {
    if (message.topic().isNone() || message.properties().has(PropertyId.TOPIC_ALIAS)) {
      throw new IllegalArgumentException("a Topic Alias ends with its connection: " + message);
    }
    if (!message.properties().isEmpty()) {
      ByteWriter head = new ByteWriter(256);
      PacketEncoder.encode(identified(message, new byte[0]), ProtocolVersion.MQTT_5, head);
      try {
        decode(head.array(), 0, head.size());
      } catch (ProtocolErrorException refused) {
        throw new IllegalArgumentException("no client may publish it: " + message, refused);
      }
    }
  }

  private static Publish identified(Publish message, byte[] payload) {
    return new Publish(
        false,
        message.qos(),
        message.retain(),
        message.topic(),
        message.qos() == Qos.AT_MOST_ONCE ? 0 : 1, // a packet has to have one
        message.properties(),
        payload);
  }

  static void assigned(ByteWriter out, long sequence, int packetId) {
    int from = begin(out, Kind.ASSIGNED);
    putLong(out, sequence);
    out.putShort(packetId);
    end(out, from);
  }

  /** RELEASED or DONE. */
  static void step(ByteWriter out, Kind kind, long sequence) {
    int from = begin(out, kind);
    putLong(out, sequence);
    end(out, from);
  }

  /** RECEIVED or COMPLETED. */
  static void identifier(ByteWriter out, Kind kind, int packetId) {
    int from = begin(out, kind);
    out.putShort(packetId);
    end(out, from);
  }

  static void forgotten(ByteWriter out) {
    end(out, begin(out, Kind.FORGOTTEN));
  }

  /** SAFE or END, which say where they stand: so none is found where none was written. */
  static void place(ByteWriter out, Kind kind, int segment, long offset) {
    int from = begin(out, kind);
    out.putInt(segment);
    putLong(out, offset);
    end(out, from);
  }

  static void client(ByteWriter out, byte[] utf8) {
    int from = begin(out, Kind.CLIENT);
    out.putBytes(utf8, 0, utf8.length);
    end(out, from);
  }

  private static int begin(ByteWriter out, Kind kind) {
    int from = out.size();
    putLong(out, 0);
    out.putByte(kind.code());
    return from;
  }

  private static void end(ByteWriter out, int from) {
    seal(out.array(), from, out.size());
  }

  private static void seal(byte[] bytes, int from, int to) {
    ByteBuffer.wrap(bytes)
        .putInt(from, to - from - FRAME_BYTES)
        .putInt(from + 4, checksum(bytes, from + KIND, to));
  }

  private static void putLong(ByteWriter out, long value) {
    out.putInt((int) (value >>> 32));
    out.putInt((int) value);
  }

  static int checksum(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  // ---------------------------------------------------------------- reading

  /** Of the record that begins here, its frame included; not checked. */
  static long size(byte[] bytes, int from) {
    return (long) ByteBuffer.wrap(bytes).getInt(from) + FRAME_BYTES;
  }

  /** Whether a record is what was written. */
  static boolean isWhole(byte[] bytes, int from, int to) {
    return to - from >= HEAD_BYTES
        && size(bytes, from) == to - from
        && ByteBuffer.wrap(bytes).getInt(from + 4) == checksum(bytes, from + KIND, to);
  }

  /** The kind of a whole record, null where it is unknown or has another body. */
  static @Nullable Kind kind(byte[] bytes, int from, int to) {
    int code = bytes[from + KIND];
    if (code < 1 || code > Kind.ALL.length) {
      return null;
    }
    Kind kind = Kind.ALL[code - 1];
    int body = to - from - HEAD_BYTES;
    return body >= kind.bodyMin && body <= kind.bodyMax ? kind : null;
  }

  /** Whether a SAFE record stands here, in a range that has the bytes. */
  static boolean isSafe(byte[] bytes, int at, int segment, long offset) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return bytes[at + KIND] == Kind.SAFE.code()
        && buffer.getInt(at + HEAD_BYTES) == segment
        && buffer.getLong(at + HEAD_BYTES + 4) == offset
        && isWhole(bytes, at, at + PLACE_BYTES);
  }

  static long sequence(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes).getLong(from + SEQUENCE);
  }

  /** Of MESSAGE and ASSIGNED. */
  static int packetId(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes).getShort(from + PACKET_ID) & 0xFFFF;
  }

  static boolean isReleased(byte[] bytes, int from) {
    return bytes[from + IS_RELEASED] != 0;
  }

  /** Of RECEIVED and COMPLETED. */
  static int identifier(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes).getShort(from + HEAD_BYTES) & 0xFFFF;
  }

  /** Says anew how far a message is, in a MESSAGE record that fills the array. */
  static void restate(byte[] record, int packetId, boolean released) {
    ByteBuffer.wrap(record)
        .putShort(PACKET_ID, (short) packetId)
        .put(IS_RELEASED, (byte) (released ? 1 : 0));
    seal(record, 0, record.length);
  }

  /**
   * The message of a MESSAGE record that fills the array.
   *
   * @throws ProtocolErrorException there is none
   */
  static Publish publish(byte[] record) {
    Publish read = decode(record, PUBLISH, record.length);
    return new Publish(
        false, read.qos(), read.retain(), read.topic(), 0, read.properties(), read.payload());
  }

  private static Publish decode(byte[] bytes, int from, int to) {
    PacketDecoder decoder = new PacketDecoder(PacketDecoder.Sender.CLIENT, Integer.MAX_VALUE);
    decoder.version(ProtocolVersion.MQTT_5);
    decoder.userPropertiesMax(Integer.MAX_VALUE);
    decoder.offer(bytes, from, to);
    Packet packet = decoder.poll();
    if (packet instanceof Publish publish && decoder.poll() == null && decoder.heldBytes() == 0) {
      return publish;
    }
    throw new ProtocolErrorException(
        ReasonCode.MALFORMED_PACKET, "3.3", "a record holds no PUBLISH");
  }
}
