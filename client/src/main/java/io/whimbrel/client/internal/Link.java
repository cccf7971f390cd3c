package io.whimbrel.client.internal;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Publish;

/** The network connection of a session, as the session sees it. Owned by the session's thread. */
public interface Link {
  /** Whether it takes more now; once it does not, {@link ClientSession#onWritable} tells when. */
  boolean isWritable();

  /** Sends a packet. */
  void send(Packet packet);

  /**
   * Sends a PUBLISH.
   *
   * @param packetSizeMax the most its receiver takes, in bytes [MQTT-3.1.2-24]
   * @return false where it is larger, and was not sent
   * @throws IllegalArgumentException no packet can say it; nothing was sent
   */
  boolean publish(Publish publish, long packetSizeMax);

  /**
   * Bytes it was given so far; {@link ClientSession#onWritten} tells how many of them have left.
   */
  long handed();

  /** Closes it, after what was sent; {@link ClientSession#onClosed} is for the owner to tell. */
  void close();
}
