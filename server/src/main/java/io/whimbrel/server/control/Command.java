package io.whimbrel.server.control;

import java.util.concurrent.CompletionStage;

/** One thing that can be asked of a running broker; its name is the word in the request. */
public interface Command {
  /** How it is called. */
  String name();

  /**
   * Does it. Called on the thread of the control socket, so it does not wait; the answer may come
   * from any thread.
   *
   * @throws RequestException it is not done, with the reason for whoever asked
   */
  CompletionStage<Answer> run(Request request) throws RequestException;
}
