package io.whimbrel.core.connection;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.routing.Publication;

/** The way to a peer: as bytes ({@link PeerWriter}) or as packets ({@link PacketOutlet}). */
interface Outlet {
  /** What was agreed with the peer holds from here on. */
  void settle(PeerSettings settings);

  /** This much is known of a peer that is refused. */
  void version(ProtocolVersion known);

  /** Sends a packet that is no PUBLISH; false where it is larger than the peer takes. */
  boolean write(Packet packet);

  /** Sends a PUBLISH; see {@link io.whimbrel.core.session.Peer#publish}. */
  boolean publish(
      Publication publication,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      long now);

  /** Whether messages are not for it now, which is no fault of the peer: it is not waited for. */
  boolean isHeld();

  /** Whether somebody else sees to it that the peer lives. */
  boolean isSupervised();

  /** Bytes that the network has not taken yet. */
  long pendingBytes();

  void pauseReading();

  void resumeReading();

  void unfinished(int bytes, long sinceMillis);

  void close();
}
