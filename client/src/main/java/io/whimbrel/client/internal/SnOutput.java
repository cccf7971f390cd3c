package io.whimbrel.client.internal;

import io.whimbrel.codec.sn.SnMessage;

/** Where the messages of an MQTT-SN session leave. Called by the session's thread. */
public interface SnOutput {
  /** Sends it, or it is lost on the way, as any datagram may be. */
  void send(SnMessage message);

  /** How many octets a message may have. */
  int sizeMax();
}
