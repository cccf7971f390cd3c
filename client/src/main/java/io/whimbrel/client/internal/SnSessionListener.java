package io.whimbrel.client.internal;

/** Hears what comes of an MQTT-SN session; on its thread. */
public interface SnSessionListener {
  /** A message came; {@link SnSession#handled} is called when it has been dealt with. */
  void onMessage(SnIncoming message);

  /** A message of QoS 0 came while as many wait as may. */
  void onDropped();

  /** A connection that stood is over, and nobody had asked for that. */
  void onLost(SnFailure failure);
}
