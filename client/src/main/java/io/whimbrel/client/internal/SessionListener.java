package io.whimbrel.client.internal;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import org.jspecify.annotations.Nullable;

/** Who hears of what happens to a session, on its thread. */
public interface SessionListener {
  /** A message was found in the outbox: who hears what becomes of it. */
  Outbound.Progress onFound(Outbox.Kept message);

  /** The server has let us in. */
  void onConnected(Connack connack);

  /** The server has refused us; the connection is being closed. */
  void onRefused(Connack connack);

  /** A message came. */
  void onMessage(Incoming message);

  /** The server wants the next step of an enhanced authentication, or has ended one. */
  void onAuth(Auth auth);

  /**
   * A filter that stood is refused by the server, which has lost our session; over the next
   * connection it is asked for again, unless the reason lasts.
   */
  void onSubscriptionLost(TopicFilter filter, ReasonCode reason);

  /** The server says why it goes; {@link #onClosing} follows. */
  default void onLastWord(Disconnect last) {}

  /**
   * The session closes its connection.
   *
   * @param reason what the server or we gave as the reason, or null
   */
  void onClosing(@Nullable ReasonCode reason, String why);
}
