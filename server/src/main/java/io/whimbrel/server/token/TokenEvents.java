package io.whimbrel.server.token;

import io.whimbrel.server.auth.Verified;
import io.whimbrel.server.auth.Visit;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Counts what tokens come to, and tells of those that are refused. Callable from every thread. */
public final class TokenEvents {
  private final LongAdder accepted = new LongAdder();
  private final Map<TokenException.Kind, LongAdder> refused =
      new EnumMap<>(TokenException.Kind.class);
  private final BiConsumer<String, String> told;

  /**
   * @param told hears of whom and why one is refused, for people
   */
  public TokenEvents(BiConsumer<String, String> told) {
    this.told = told;
    for (TokenException.Kind kind : TokenException.Kind.values()) {
      refused.put(kind, new LongAdder());
    }
  }

  Tokens.Heard listening(Visit visit, Tokens.Heard heard) {
    return new Tokens.Heard() {
      @Override
      public void accept(Verified who) {
        accepted.increment();
        heard.accept(who);
      }

      @Override
      public void refuse(TokenException why) {
        LongAdder count = refused.get(why.kind());
        if (count != null) {
          count.increment();
        }
        if (why.kind() != TokenException.Kind.UNKNOWN) { // which may be a password
          told.accept(visit.clientId(), why.getMessage());
        }
        heard.refuse(why);
      }
    };
  }

  /** Tokens that let somebody in. */
  public long accepted() {
    return accepted.sum();
  }

  /** Those that did not. */
  public long refused(TokenException.Kind kind) {
    LongAdder count = refused.get(kind);
    return count == null ? 0 : count.sum();
  }
}
