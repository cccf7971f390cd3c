package io.whimbrel.server.token;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

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

  Tokens.Heard listening(Bearer bearer, Tokens.Heard heard) {
    return new Tokens.Heard() {
      @Override
      public void accept(TokenClient who) {
        accepted.increment();
        heard.accept(who);
      }

      @Override
      public void refuse(TokenException why) {
        requireNonNull(refused.get(why.kind())).increment();
        if (bearer.certain() || why.kind() != TokenException.Kind.UNKNOWN) { // or it is a password
          told.accept(bearer.clientId(), why.getMessage());
        }
        heard.refuse(why);
      }
    };
  }

  /** How many came to what. */
  public Map<String, LongSupplier> outcomes() {
    Map<String, LongSupplier> outcomes = new LinkedHashMap<>();
    outcomes.put("accepted", accepted::sum);
    refused.forEach((kind, count) -> outcomes.put(word(kind), count::sum));
    return outcomes;
  }

  private static String word(TokenException.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
