package io.whimbrel.spi;

import java.util.concurrent.CompletionStage;

/**
 * Finds out who a client is. Called on the threads that serve connections, by several of them at a
 * time, so it must not block: what takes time is answered later, from any thread. No answer within
 * {@code auth.plugin-timeout} refuses the client, and so does an answer that is an error.
 */
public interface Authenticator extends Plugin {
  /** Examines what a client shows. */
  CompletionStage<Outcome> authenticate(Credentials credentials);
}
