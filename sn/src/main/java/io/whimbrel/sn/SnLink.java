package io.whimbrel.sn;

/**
 * The way to devices. Called on the thread of the gateway's shard; nothing here blocks or fails.
 */
public interface SnLink {
  /** Sends a datagram to a device, or to the forwarder of one; it may be lost. */
  void send(SnPeer to, byte[] datagram);

  /**
   * Sends a datagram to all who listen.
   *
   * @param radius in hops, 0 for all
   */
  void broadcast(byte[] datagram, int radius);

  /** The longest datagram, octets. */
  int sizeMax();
}
