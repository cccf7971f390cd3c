package io.whimbrel.client;

import io.whimbrel.codec.ReasonCode;

/**
 * Hears what becomes of a client; every method does nothing unless it is overridden. Called by one
 * thread at a time, never by a thread of the network.
 */
public interface ClientListener {
  /** A server has let the client in, for the first time or again. */
  default void onConnected(ConnectResult result) {}

  /** A try to connect has failed, or a connection is lost. */
  default void onDisconnected(Disconnection how) {}

  /**
   * A token or a step of an authentication could not be had, or a server was not believed, while a
   * connection stands. A token is asked for again while it does.
   */
  default void onTokenFailed(String why) {
    System.getLogger("io.whimbrel.client").log(System.Logger.Level.WARNING, why);
  }

  /**
   * A message of an earlier client is in the outbox on disk: it is sent, and this tells how far.
   */
  default void onFound(Delivery delivery) {}

  /** A handler has thrown. */
  default void onHandlerFailed(ReceivedMessage message, Throwable failure) {
    System.getLogger("io.whimbrel.client")
        .log(System.Logger.Level.ERROR, "a message handler has failed", failure);
  }

  /** A message came that no handler and no subscriber takes: it is acknowledged and gone. */
  default void onUnhandled(ReceivedMessage message, String why) {}

  /**
   * Messages of QoS 0 came that there was no room for, while a handler was waiting for the server.
   *
   * @param messages how many since this was last told
   */
  default void onDropped(long messages) {}

  /** A subscription that stood is refused by a server that has lost the session. */
  default void onSubscriptionLost(String filter, ReasonCode reason) {}

  /** The outbox on disk has failed: nothing is promised any more, and the client is closed. */
  default void onOutboxFailed(String why) {
    System.getLogger("io.whimbrel.client").log(System.Logger.Level.ERROR, why);
  }
}
