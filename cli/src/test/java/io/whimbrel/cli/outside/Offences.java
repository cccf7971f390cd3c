package io.whimbrel.cli.outside;

import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.ReasonCode.PACKET_TOO_LARGE;
import static io.whimbrel.codec.ReasonCode.PROTOCOL_ERROR;
import static io.whimbrel.codec.ReasonCode.RECEIVE_MAXIMUM_EXCEEDED;
import static io.whimbrel.codec.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.whimbrel.codec.ReasonCode.TOPIC_NAME_INVALID;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Packets;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.WireCase;
import io.whimbrel.codec.WireCases;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * An endless, repeatable stream of things no client may say: rows of the wire cases, rows and drawn
 * packets with some bytes changed, and breaches that are made on purpose. Of what was changed by
 * chance only that is taken which breaks a rule, so that nothing here ever leaves a trace in a
 * broker. Owned by one thread.
 */
final class Offences {
  /** The Receive Maximum and the largest packet the broker must be started with. */
  static final int RECEIVE_MAXIMUM = 20;

  static final int PACKET_SIZE_MAX = 100_000;

  private static final int CONNECT_SIZE_MAX = 65_536;
  private static final List<WireCase> REFUSED =
      WireCases.refused().stream()
          .filter(row -> row.sender() == PacketDecoder.Sender.CLIENT)
          .filter(row -> !row.reason().equals(PACKET_TOO_LARGE))
          .toList();
  private static final List<WireCase> ACCEPTED =
      WireCases.accepted().stream()
          .filter(row -> row.sender() == PacketDecoder.Sender.CLIENT)
          .toList();

  private final Random random;

  Offences(long seed) {
    random = new Random(seed);
  }

  Offence next() {
    Optional<Offence> found = Optional.empty();
    while (found.isEmpty()) {
      found =
          switch (random.nextInt(10)) {
            case 0, 1 -> Optional.of(row());
            case 2, 3, 4 -> changedRow();
            case 5, 6 -> changedPacket();
            case 7 -> Optional.of(tooEarly());
            default -> Optional.of(onPurpose());
          };
    }
    return found.get();
  }

  // ---------------------------------------------------------------- the wire cases

  private Offence row() {
    WireCase row = REFUSED.get(random.nextInt(REFUSED.size()));
    return Offence.of(row.name(), row.version(), row.bytes(), row.reason());
  }

  private Optional<Offence> changedRow() {
    WireCase row = ACCEPTED.get(random.nextInt(ACCEPTED.size()));
    return broken("changed " + row.name(), row.version(), changed(row.bytes()));
  }

  private Optional<Offence> changedPacket() {
    ProtocolVersion version = version();
    if (random.nextInt(5) == 0) {
      byte[] bytes = Wire.bytes(Packets.connect(random, version), version);
      return broken("changed CONNECT of " + version, null, changed(bytes));
    }
    Packet packet = Packets.packet(random, PacketDecoder.Sender.CLIENT, version);
    return broken("changed " + packet.type(), version, changed(Wire.bytes(packet, version)));
  }

  /** A few bytes changed, added or taken away. */
  private byte[] changed(byte[] original) {
    byte[] bytes = original.clone();
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
        case 3 -> bytes = joined(slice(bytes, 0, at), slice(bytes, at + 1, bytes.length));
        default ->
            bytes =
                joined(
                    slice(bytes, 0, at),
                    new byte[] {(byte) random.nextInt(256)},
                    slice(bytes, at, bytes.length));
      }
    }
    return bytes;
  }

  /** The offence if the very first packet of the bytes is one. */
  private static Optional<Offence> broken(String name, ProtocolVersion version, byte[] bytes) {
    int sizeMax = version == null ? CONNECT_SIZE_MAX : PACKET_SIZE_MAX;
    PacketDecoder decoder = new PacketDecoder(PacketDecoder.Sender.CLIENT, sizeMax);
    if (version != null) {
      decoder.version(version);
    }
    decoder.offer(bytes, 0, bytes.length);
    try {
      decoder.poll();
      return Optional.empty();
    } catch (ProtocolErrorException offended) {
      return Optional.of(Offence.of(name, version, bytes, offended.reason()));
    }
  }

  // ---------------------------------------------------------------- out of place

  private Offence tooEarly() {
    ProtocolVersion version = version();
    Packet packet = Packets.packet(random, PacketDecoder.Sender.CLIENT, version);
    return Offence.of(packet.type() + " first", null, Wire.bytes(packet, version), PROTOCOL_ERROR);
  }

  /** Breaches that a decoder alone cannot see, and those that others died of. */
  private Offence onPurpose() {
    ProtocolVersion version = version();
    boolean five = version.isFive();
    String none = five ? "00" : "";
    return switch (random.nextInt(14)) {
      case 0 ->
          Offence.of(
              "a second CONNECT",
              version,
              Wire.bytes(Packets.connect(random, version), version),
              PROTOCOL_ERROR);
      case 1 -> {
        PacketType type =
            List.of(PacketType.CONNACK, PacketType.SUBACK, PacketType.UNSUBACK, PacketType.PINGRESP)
                .get(random.nextInt(4));
        Packet packet = Packets.packet(random, type, PacketDecoder.Sender.SERVER, version);
        yield Offence.of(
            type + " from a client", version, Wire.bytes(packet, version), PROTOCOL_ERROR);
      }
      case 2 ->
          Offence.of(
              "a declared length of 268,435,455",
              version,
              wire("30 FF FF FF 7F 00 01 \"a\""),
              PACKET_TOO_LARGE);
      case 3 ->
          Offence.of(
              "a CONNECT of 268,435,455 bytes, declared",
              null,
              wire("10 FF FF FF 7F 00 04 \"MQTT\" 05"),
              PACKET_TOO_LARGE);
      case 4 ->
          Offence.of(
              "a remaining length of five bytes",
              version,
              wire("30 FF FF FF FF 01"),
              MALFORMED_PACKET);
      case 5 ->
          five
              ? Offence.of(
                  "an alias above the maximum",
                  version,
                  wire("30 07 00 01 \"a\" 03 23 FF FF"),
                  TOPIC_ALIAS_INVALID)
              : packetType15(version);
      case 6 ->
          five
              ? Offence.of(
                  "an alias nobody set", version, wire("30 06 00 00 03 23 00 07"), PROTOCOL_ERROR)
              : packetType15(version);
      case 7 ->
          five
              ? Offence.of(
                  "AUTH without a method in CONNECT",
                  version,
                  wire("F0 06 19 04 15 00 01 \"x\""),
                  PROTOCOL_ERROR)
              : packetType15(version);
      case 8 ->
          five
              ? Offence.of(
                  "a session expiry that was zero at CONNECT",
                  version,
                  wire("E0 07 00 05 11 00 00 00 0A"),
                  PROTOCOL_ERROR)
              : packetType15(version);
      case 9 ->
          five
              ? Offence.of(
                  "more than Receive Maximum", version, manyPublishes(), RECEIVE_MAXIMUM_EXCEEDED)
              : packetType15(version);
      case 10 ->
          five
              ? Offence.of(
                  "No Local on a shared subscription",
                  version,
                  wire("82 0F 00 01 00 00 09 \"$share/g/\" 04"),
                  PROTOCOL_ERROR,
                  MALFORMED_PACKET,
                  ReasonCode.TOPIC_FILTER_INVALID)
              : packetType15(version);
      case 11 -> deepTopic(version, none);
      case 12 -> Offence.of("packet type 0", version, wire("00 02 00 00"), MALFORMED_PACKET);
      default ->
          Offence.of(
              "good packets and then a bad one",
              version,
              joined(
                  wire("C0 00"),
                  wire((five ? "30 05" : "30 04") + " 00 01 \"z\" " + none + " \"m\""),
                  wire("C0 00 C1 00")),
              MALFORMED_PACKET);
    };
  }

  private static Offence packetType15(ProtocolVersion version) {
    return Offence.of("packet type 15", version, wire("F0 00"), MALFORMED_PACKET);
  }

  private static byte[] manyPublishes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int id = 1; id <= RECEIVE_MAXIMUM + 1; id++) {
      out.writeBytes(new byte[] {0x34, 6, 0, 1, 'z', 0, (byte) id, 0});
    }
    return out.toByteArray();
  }

  private Offence deepTopic(ProtocolVersion version, String none) {
    byte[] topic = "/".repeat(201 + random.nextInt(60_000)).getBytes(StandardCharsets.US_ASCII);
    int length = 2 + topic.length + (none.isEmpty() ? 0 : 1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x30);
    int left = length;
    do {
      out.write(left > 127 ? left & 127 | 128 : left);
      left >>>= 7;
    } while (left > 0);
    out.write(topic.length >>> 8);
    out.write(topic.length);
    out.writeBytes(topic);
    out.writeBytes(wire(none));
    return Offence.of("a topic of too many levels", version, out.toByteArray(), TOPIC_NAME_INVALID);
  }

  private ProtocolVersion version() {
    int drawn = random.nextInt(10);
    return drawn < 6
        ? ProtocolVersion.MQTT_5
        : drawn < 9 ? ProtocolVersion.MQTT_3_1_1 : ProtocolVersion.MQTT_3_1;
  }

  private static byte[] wire(String text) {
    return WireCase.bytes(text);
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
