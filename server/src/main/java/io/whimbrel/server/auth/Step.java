package io.whimbrel.server.auth;

import io.whimbrel.codec.ReasonCode;
import java.util.Set;

/** One who can say who a client is. Asked on shards' threads; blocks none of them. */
interface Step {
  /** Gives exactly one verdict, now or later, from any thread. */
  void ask(Visit visit, Verdict verdict);

  /** Takes what one says. */
  interface Verdict {
    /**
     * It is this user.
     *
     * @param user empty for an anonymous client
     * @param method how that was found out
     */
    void accept(String user, String method, Set<String> groups);

    /** It is not let in. */
    void refuse(ReasonCode reason);

    /** The next one may say. */
    void pass();
  }
}
