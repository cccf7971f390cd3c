package io.whimbrel.client.internal;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Who decides what a runner does, and hears of it; all on the runner's loop. */
public interface RunnerListener {
  /**
   * A message was found in the outbox: who hears what becomes of it. By the thread that makes it.
   */
  Outbound.Progress onFound(Outbox.Kept message);

  /** What to say to a server; later, where a token has to be had first. */
  CompletionStage<Connect> nextConnect();

  /** A server is being tried. */
  void onConnecting(Server server);

  /** The server has let us in. */
  void onConnected(Server server, Connack connack);

  /** The server has refused us; {@link #onDisconnected} follows. */
  void onRefused(Server server, Connack connack);

  /** The server says why it goes; {@link #onDisconnected} follows. */
  void onLastWord(Disconnect last);

  /** Each server was tried once, in vain; {@link #onDisconnected} follows. */
  void onRoundOver();

  /**
   * A try has failed, or a connection is lost.
   *
   * @param reason what the server or we gave as the reason, or null
   * @param cause what the network threw, or null
   * @param again whether another try follows by itself
   */
  void onDisconnected(
      @Nullable ReasonCode reason, String why, @Nullable Throwable cause, boolean again);

  /** A message came. */
  void onMessage(Incoming message);

  /** The next step of an enhanced authentication. */
  void onAuth(Auth auth);

  /** A filter that stood is refused by the server. */
  void onSubscriptionLost(TopicFilter filter, ReasonCode reason);

  /** The outbox keeps nothing any more. */
  void onOutboxFailed(String why);
}
