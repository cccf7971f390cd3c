package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Rights;
import io.whimbrel.core.routing.Publication;

/**
 * The client of a session while it is connected, as the session sees it. Owned by the session's
 * shard.
 */
public interface Peer {
  /** Whether it takes packets now; once it does not, {@link Session#onWritable} tells when. */
  boolean isWritable();

  /** Whether it takes nothing now by choice: all wait for it then, those of QoS 0, too. */
  default boolean isHeld() {
    return false;
  }

  /** Whether the connection still stands; a callback that comes later must look first. */
  boolean isOpen();

  /** What records have to reach before it is told of what they stand for. */
  DurabilityLevel durability();

  /** The name that its client has proved; empty where it has none. */
  String user();

  /** What its client may do. */
  Rights rights();

  /** Unacknowledged QoS 1 and 2 PUBLISH packets it takes [MQTT-3.3.4-9]. */
  int receiveMaximum();

  /**
   * Sends a PUBLISH.
   *
   * @param packetId 0 for QoS 0
   * @return whether it was sent; false where it exceeds the Maximum Packet Size [MQTT-3.1.2-25]
   */
  boolean publish(
      Publication publication,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds);

  /** Sends a PUBREL. */
  void pubrel(int packetId, ReasonCode reason);
}
