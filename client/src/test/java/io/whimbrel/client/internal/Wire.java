package io.whimbrel.client.internal;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;

/** A connection in memory, and what a session has sent over it. */
final class Wire implements Link {
  final List<Packet> sent = new ArrayList<>();
  boolean writable = true;
  boolean closed;
  private long handed;

  /** Why no packet can say what is published; empty where one can. */
  String unsayable = "";

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void send(Packet packet) {
    handed += size(packet);
    sent.add(packet);
  }

  @Override
  public long handed() {
    return handed;
  }

  private static int size(Packet packet) {
    return PacketEncoder.encode(packet, ProtocolVersion.MQTT_5, new ByteWriter(64));
  }

  @Override
  public boolean send(Packet packet, long packetSizeMax) {
    if (!unsayable.isEmpty()) {
      throw new IllegalArgumentException(unsayable);
    }
    boolean fits = size(packet) <= packetSizeMax;
    if (fits) {
      send(packet);
    }
    return fits;
  }

  @Override
  public void close() {
    closed = true;
  }

  List<PacketType> types() {
    return sent.stream().map(Packet::type).toList();
  }

  /** The packets of a kind, in their order. */
  <T extends Packet> List<T> sent(Class<T> kind) {
    return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
