package io.whimbrel.client.internal;

import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;

/**
 * A message that came, to be acknowledged with {@link ClientSession#acknowledge} when it is dealt
 * with. Owned by its session; {@link #message} may be read by all.
 */
public final class Incoming {
  private final Publish message;
  long epoch;
  boolean answered;
  ReasonCode reason = ReasonCode.SUCCESS;
  long position;

  Incoming(Publish message, long epoch) {
    this.message = message;
    this.epoch = epoch;
  }

  /** The PUBLISH, with its topic where an alias stood for it. */
  public Publish message() {
    return message;
  }

  /** Whether its sender waits for an acknowledgement. */
  public boolean isPromised() {
    return message.qos() != Qos.AT_MOST_ONCE;
  }
}
