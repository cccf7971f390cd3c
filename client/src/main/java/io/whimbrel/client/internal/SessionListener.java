package io.whimbrel.client.internal;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.ReasonCode;
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
  void onSubscriptionLost(ReasonCode reason);

  /**
   * The session closes its connection.
   *
   * @param reason what the server or we gave as the reason, or null
   */
  void onClosing(@Nullable ReasonCode reason, String why);
}
