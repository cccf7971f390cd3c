package io.whimbrel.client.internal;

import io.whimbrel.codec.Packet;

/** The network connection of a session, as the session sees it. Owned by the session's thread. */
public interface Link {
  /** Whether it takes more now; once it does not, {@link ClientSession#onWritable} tells when. */
  boolean isWritable();

  /** Sends a packet that no receiver finds too large. */
  void send(Packet packet);

  /**
   * Sends a packet, unless it is too large.
   *
   * @param packetSizeMax the most its receiver takes, in bytes [MQTT-3.2.2-15]
   * @return false where it is larger, and was not sent
   * @throws IllegalArgumentException no packet can say it; nothing was sent
   */
  boolean send(Packet packet, long packetSizeMax);

  /**
   * Bytes it was given so far; {@link ClientSession#onWritten} tells how many of them have left.
   */
  long handed();

  /** Closes it, after what was sent; {@link ClientSession#onClosed} is for the owner to tell. */
  void close();
}
