package io.whimbrel.core.connection;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.port.PacketOutput;
import io.whimbrel.core.routing.Publication;

/** The way to a peer that is spoken to in packets, not in their bytes. */
final class PacketOutlet implements Outlet {
  private final PacketOutput output;

  PacketOutlet(PacketOutput output) {
    this.output = output;
  }

  @Override
  public void settle(PeerSettings settings) {}

  @Override
  public void version(ProtocolVersion known) {}

  @Override
  public boolean write(Packet packet) {
    output.packet(packet);
    return true;
  }

  @Override
  public boolean publish(
      Publication publication,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      long now) {
    return output.publish(publication, qos, dup, retain, packetId);
  }

  @Override
  public boolean isHeld() {
    return !output.isReady();
  }

  /** The gateway knows who sleeps. */
  @Override
  public boolean isSupervised() {
    return true;
  }

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public void pauseReading() {}

  @Override
  public void resumeReading() {}

  @Override
  public void unfinished(int bytes, long sinceMillis) {}

  @Override
  public void close() {
    output.close();
  }
}
