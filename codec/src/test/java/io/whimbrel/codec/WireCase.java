package io.whimbrel.codec;

import io.whimbrel.codec.PacketDecoder.Sender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Some bytes a side may put on the wire, and what they are: a packet, or a breach of a rule.
 *
 * @param kind what must become of the bytes
 * @param sender who says them
 * @param version spoken on the connection, or null where they are the first on it
 * @param bytes all that is said
 * @param packet what they mean, or null where they are refused
 * @param reason why they are refused, or null
 * @param clause the rule they break, in brackets where it has an identifier; empty where they do
 *     not
 */
public record WireCase(
    String name,
    Kind kind,
    Sender sender,
    ProtocolVersion version,
    byte[] bytes,
    Packet packet,
    ReasonCode reason,
    String clause) {
  /** What must become of the bytes. */
  public enum Kind {
    /** The bytes mean the packet, and the packet is written as these bytes. */
    SAYS,
    /** The bytes mean the packet, which would be written shorter or more strictly. */
    READS,
    /** The bytes break a rule. */
    REFUSES
  }

  /** Who says something: a side of a connection of some version, or a client's first words. */
  enum Speaker {
    OPENING(Sender.CLIENT, null),
    CLIENT_5(Sender.CLIENT, ProtocolVersion.MQTT_5),
    CLIENT_3_1_1(Sender.CLIENT, ProtocolVersion.MQTT_3_1_1),
    CLIENT_3_1(Sender.CLIENT, ProtocolVersion.MQTT_3_1),
    SERVER_5(Sender.SERVER, ProtocolVersion.MQTT_5),
    SERVER_3_1_1(Sender.SERVER, ProtocolVersion.MQTT_3_1_1),
    SERVER_3_1(Sender.SERVER, ProtocolVersion.MQTT_3_1);

    private final Sender sender;
    private final ProtocolVersion version;

    Speaker(Sender sender, ProtocolVersion version) {
      this.sender = sender;
      this.version = version;
    }

    boolean is3() {
      return version != null && !version.isFive();
    }
  }

  @SafeVarargs
  static List<WireCase> table(List<WireCase>... rows) {
    List<WireCase> table = new ArrayList<>();
    for (List<WireCase> row : rows) {
      table.addAll(row);
    }
    return List.copyOf(table);
  }

  static List<WireCase> says(List<Speaker> speakers, String name, String wire, Packet packet) {
    return accepts(Kind.SAYS, speakers, name, wire, packet);
  }

  static List<WireCase> reads(List<Speaker> speakers, String name, String wire, Packet packet) {
    return accepts(Kind.READS, speakers, name, wire, packet);
  }

  private static List<WireCase> accepts(
      Kind kind, List<Speaker> speakers, String name, String wire, Packet packet) {
    return speakers.stream()
        .map(
            who -> new WireCase(name, kind, who.sender, who.version, bytes(wire), packet, null, ""))
        .toList();
  }

  /** The clause of 5.0 comes first, then behind "or" that of 3.x where it is another. */
  static List<WireCase> refuses(
      List<Speaker> speakers, String name, ReasonCode reason, String clauses, String wire) {
    String[] each = clauses.split(" or ");
    return speakers.stream()
        .map(
            who ->
                new WireCase(
                    name,
                    Kind.REFUSES,
                    who.sender,
                    who.version,
                    bytes(wire),
                    null,
                    reason,
                    each[who.is3() ? each.length - 1 : 0]))
        .toList();
  }

  /** A decoder in the state these bytes are to arrive in. */
  public PacketDecoder decoder() {
    PacketDecoder decoder = new PacketDecoder(sender, 1_000_000);
    if (version != null) {
      decoder.version(version);
    }
    return decoder;
  }

  /** The rule without its brackets, as {@link ProtocolErrorException#clause} says it. */
  public String bareClause() {
    return clause.replace("[", "").replace("]", "");
  }

  /** Reads hexadecimal bytes and "text", with comments from # to the end of the line. */
  public static byte[] bytes(String wire) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String line : wire.lines().toList()) {
      int at = 0;
      while (at < line.length() && line.charAt(at) != '#') {
        char c = line.charAt(at);
        if (c == ' ') {
          at++;
        } else if (c == '"') {
          int end = line.indexOf('"', at + 1);
          out.writeBytes(line.substring(at + 1, end).getBytes(StandardCharsets.UTF_8));
          at = end + 1;
        } else {
          out.write(Integer.parseInt(line.substring(at, at + 2), 16));
          at += 2;
        }
      }
    }
    return out.toByteArray();
  }

  @Override
  public String toString() {
    String who = version == null ? sender + " opening" : sender + " " + version;
    return who + ": " + name + (clause.isEmpty() ? "" : " " + clause);
  }
}
