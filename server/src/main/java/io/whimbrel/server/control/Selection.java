package io.whimbrel.server.control;

import io.whimbrel.core.port.Identity;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which clients are meant.
 *
 * @param value what they have of it, letter by letter; never empty, as that has every client that
 *     has none
 * @param issuer whose tokens alone are meant, where that is said
 */
public record Selection(Criterion by, String value, Optional<String> issuer)
    implements Predicate<Identity> {
  public Selection {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("whoever has no " + by.word());
    }
  }

  @Override
  public boolean test(Identity who) {
    return value.equals(by.of(who))
        && (issuer.isEmpty() || issuer.get().equals(who.proof().issuer()));
  }
}
