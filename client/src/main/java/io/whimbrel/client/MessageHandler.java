package io.whimbrel.client;

/**
 * Takes messages that came. Called by one thread at a time for each client, in the order the
 * messages came, never by a thread of the network: it may block, and may call anything of the
 * client.
 */
@FunctionalInterface
public interface MessageHandler {
  /**
   * A message came. When this returns it is acknowledged, unless the client acknowledges by hand;
   * when it throws, an MQTT 5 server is told that the message could not be dealt with, and the
   * client's listener hears of it.
   */
  void onMessage(ReceivedMessage message);
}
