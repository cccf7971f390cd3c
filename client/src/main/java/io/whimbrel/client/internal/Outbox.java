package io.whimbrel.client.internal;

import io.whimbrel.codec.Publish;
import java.util.List;

/**
 * Where a client keeps what it has promised to send, and which QoS 2 messages it has received,
 * until that is done. The session tells it of each step in the order the steps are taken; the
 * outbox says when they are as safe as it makes them. How much it is given is bounded by whoever
 * gives messages to the session.
 *
 * <p>Threads: all but {@link Listener} is called by the thread of the session.
 */
public interface Outbox {
  /** Told of progress, from any thread. */
  interface Listener {
    /** All steps up to this position are safe. */
    void onSafe(long position);

    /** Nothing can be kept any more; what was called safe still is. */
    void onFailed(String why);
  }

  /**
   * A message found in it.
   *
   * @param sequence its place in the order of publishing
   * @param packetId 0 where it was never given one
   * @param released whether its receiver has it (PUBREC came)
   */
  record Kept(long sequence, Publish message, int packetId, boolean released) {}

  /**
   * Says what is in it, once, before anything else: in the order of publishing.
   *
   * @param listener is told from now on
   */
  List<Kept> open(Listener listener);

  /**
   * The identifiers of QoS 2 messages whose handlers are done with them and whose senders have not
   * completed them: they must not be given to a handler again.
   */
  List<Integer> received();

  /**
   * A message joins it.
   *
   * @return the position that has to be safe, 0 where it is
   */
  long append(long sequence, Publish message);

  /** A message is about to be sent, for the first time, with this identifier. */
  long assigned(long sequence, int packetId);

  /** The receiver has taken a QoS 2 message: only PUBREL may be sent for it now. */
  long released(long sequence);

  /** A message is done with, delivered or given up. */
  void done(long sequence);

  /** A handler is done with a QoS 2 message: PUBREC may be sent when that is safe. */
  long received(int packetId);

  /**
   * The sender has completed a QoS 2 message: its identifier is free when that is safe. Before,
   * PUBCOMP must not be sent, or a new message with the identifier would be taken for the old one.
   */
  long completed(int packetId);

  /** The session at the broker is another one: what was received in the last one is void. */
  void forgetReceived();

  /** The end of a turn: what was told may be written now. */
  void commit();

  /** Writes what is left and lets go of everything; nothing may be told afterwards. */
  void close();
}
