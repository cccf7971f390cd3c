package io.whimbrel.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Gives the credentials of a connection anew each time they are needed: before each CONNECT, and at
 * about 80 % of their life. Called by a thread that may block.
 */
@FunctionalInterface
public interface TokenSupplier {
  /**
   * A token.
   *
   * @param bytes sent as Authentication Data, or as the password where there is no method
   * @param life how long it is good for, from now; empty where that does not matter
   */
  record Token(byte[] bytes, Optional<Duration> life) {
    /** Never shown. */
    @Override
    public String toString() {
      return "Token[" + bytes.length + " bytes]";
    }
  }

  /** The next token; the client waits for it no longer than for a connection. */
  CompletionStage<Token> next();
}
