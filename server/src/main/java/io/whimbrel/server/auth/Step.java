package io.whimbrel.server.auth;

import io.whimbrel.codec.ReasonCode;

/** One who can say who a client is. Asked on shards' threads; blocks none of them. */
public interface Step {
  /** Gives exactly one verdict, now or later, from any thread. */
  void ask(Visit visit, Verdict verdict);

  /** Takes what one says. */
  interface Verdict {
    /** It is this user. */
    void accept(Verified who);

    /** What it shows says nothing of the user that its CONNECT names; said before a refusal. */
    default void namesNobody() {}

    /** It is not let in. */
    void refuse(ReasonCode reason);

    /** The next one may say. */
    void pass();
  }
}
