package io.whimbrel.core.port;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.routing.Publication;

/**
 * The way to a peer that speaks another protocol than MQTT: a gateway turns packets into what it
 * says. Called only on the thread of the connection's shard; nothing here blocks or fails.
 */
public interface PacketOutput {
  /** A packet that is no PUBLISH. */
  void packet(Packet packet);

  /**
   * A PUBLISH.
   *
   * @param packetId 0 for QoS 0
   * @return false where the peer can never be told such a message
   */
  boolean publish(Publication publication, Qos qos, boolean dup, boolean retain, int packetId);

  /**
   * Whether it takes a PUBLISH now. Where it does not, messages wait in the session for as long as
   * it likes; the connection is told when it does again.
   */
  boolean isReady();

  /** The connection is over, and nothing more comes. */
  void close();
}
