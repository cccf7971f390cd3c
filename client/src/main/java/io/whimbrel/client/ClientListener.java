package io.whimbrel.client;

/**
 * Hears what becomes of a client; every method does nothing unless it is overridden. Called by one
 * thread at a time, never by a thread of the network.
 */
public interface ClientListener {
  /** A server has let the client in, for the first time or again. */
  default void onConnected(ConnectResult result) {}

  /**
   * A try to connect has failed, or a connection is lost.
   *
   * @param why for people
   * @param again whether the client tries again by itself
   */
  default void onDisconnected(String why, boolean again) {}

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
  default void onSubscriptionLost(String why) {}

  /** The outbox on disk has failed: nothing is promised any more, and the client is closed. */
  default void onOutboxFailed(String why) {
    System.getLogger("io.whimbrel.client").log(System.Logger.Level.ERROR, why);
  }
}
