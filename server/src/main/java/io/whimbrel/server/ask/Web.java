package io.whimbrel.server.ask;

import java.util.concurrent.CompletionStage;

/** The way to other servers. Callable from every thread; blocks none of them. */
public interface Web {
  /**
   * Sends a question. Every reply that comes in time and fits is an answer, whatever its status.
   *
   * @return fails with an {@link AskException} where there is none, within a time of its own
   */
  CompletionStage<Reply> send(Question question);
}
