package io.whimbrel.spi;

import java.util.Objects;
import java.util.Set;

/** What an {@link Authenticator} says of a client. */
public sealed interface Outcome {
  /**
   * It is this user.
   *
   * @param user empty for an anonymous one; as MQTT has texts: 65,535 bytes of UTF-8 at most,
   *     without U+0000 and halves of surrogate pairs
   */
  record Accepted(String user, Set<String> groups) implements Outcome {
    /** The groups are copied. */
    public Accepted {
      Objects.requireNonNull(user);
      groups = Set.copyOf(groups);
    }
  }

  /** It is not let in, whoever would be asked next. */
  record Refused(Reason reason) implements Outcome {
    /** There is a reason. */
    public Refused {
      Objects.requireNonNull(reason);
    }
  }

  /** That is for the next of the chain to say. */
  record NotMine() implements Outcome {}

  /** Why somebody is refused. */
  enum Reason {
    /** User name or password are wrong (0x86; return code 4). */
    BAD_CREDENTIALS,
    /** It may not come in (0x87; return code 5). */
    NOT_AUTHORIZED,
    /** It may come in, and has been told not to come for now (0x8A; return code 5). */
    BANNED,
    /** Nobody can say just now (0x88; return code 3). */
    UNAVAILABLE
  }

  /** A user in no groups. */
  static Outcome accepted(String user) {
    return new Accepted(user, Set.of());
  }

  /** A refusal. */
  static Outcome refused(Reason reason) {
    return new Refused(reason);
  }

  /** Leaves it to the next of the chain. */
  static Outcome notMine() {
    return new NotMine();
  }
}
