package io.whimbrel.client;

import java.time.Duration;
import java.util.Optional;

/**
 * A method of enhanced authentication (4.12) with as many steps as it likes, such as SCRAM; where
 * one token is all, {@link MqttClientBuilder#tokens(String, TokenSupplier)} is simpler.
 */
public interface EnhancedAuthentication {
  /** The Authentication Method. */
  String method();

  /** Begins an exchange: for each connection, and each time one has to be renewed. */
  Exchange begin();

  /**
   * One exchange with a server. Its methods are called one after the other, {@link #verify} by a
   * thread of the network, the others by threads that may block; what they throw ends it.
   */
  interface Exchange {
    /** The Authentication Data that the client begins with. */
    byte[] first();

    /** The answer to a challenge of the server. */
    byte[] next(byte[] challenge);

    /**
     * Checks the last word of the server, which lets the client in. Compares, and does not wait.
     * What it throws says that this is not the server that was meant: the client goes.
     *
     * @param last empty where the server sent none
     */
    default void verify(byte[] last) {}

    /** How long it is good for, once it is verified: it is renewed at about 80 % of that. */
    default Optional<Duration> life() {
      return Optional.empty();
    }
  }
}
