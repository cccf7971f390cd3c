package io.whimbrel.client.internal;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;

/** A message that is to be sent, and how far it is. Owned by its session. */
public final class Outbound {
  /** Hears how far a message is, on the thread of the session; each at most once, in this order. */
  public interface Progress {
    /** It is as safe as the outbox makes it. */
    void onSafe();

    /** It was handed to the network for the first time. */
    void onWire();

    /**
     * It has arrived, or was refused: PUBACK, PUBREC or PUBCOMP, or for QoS 0 that it was sent.
     *
     * @param reason an error where it was refused, by the server or by what the server takes
     */
    void onDone(ReasonCode reason, Properties properties);

    /** It was given up; nobody knows whether it arrived. */
    void onFailed(String why);
  }

  enum State {
    WAITING,
    ASSIGNED,
    SENT,
    RELEASED,
    DONE
  }

  final Publish message;
  final Progress progress;
  long sequence;
  State state = State.WAITING;
  int packetId;
  boolean everSent;
  boolean holdsQuota;

  /** What of it has to be safe before it goes on. */
  long position;

  /** When it was sent over this connection: until all of it has left, when some last has. */
  long sentAt;

  /** Bytes of this connection up to its end. */
  long end;

  /**
   * A message.
   *
   * @param message without a packet identifier, a Topic Alias or DUP
   */
  public Outbound(Publish message, Progress progress) {
    this.message = message;
    this.progress = progress;
  }

  /** Takes on how far it was when the outbox was written. */
  static Outbound found(Outbox.Kept kept, Progress progress) {
    Outbound found = new Outbound(kept.message(), progress);
    found.sequence = kept.sequence();
    found.packetId = kept.packetId();
    found.everSent = kept.packetId() > 0; // it may have been: DUP is the safe answer
    found.state =
        kept.released() ? State.RELEASED : kept.packetId() > 0 ? State.ASSIGNED : State.WAITING;
    return found;
  }
}
