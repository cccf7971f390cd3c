package io.whimbrel.client.internal;

/**
 * Requests of one kind of an MQTT-SN session: one is in flight (6.13), others wait. Owned by its
 * session.
 */
interface SnLane {
  /** Goes on, where nothing is in flight and the session is open. */
  void next();

  /** Time has passed. */
  void tick();

  /** When time matters next, milliseconds; {@link SnAsking#NEVER} for not. */
  long deadline();

  /** Whether nothing is in flight, and nothing waits. */
  boolean isIdle();

  /** The connection is over: gives up what is in flight, and what waits. */
  void giveUp(SnFailure failure);
}
