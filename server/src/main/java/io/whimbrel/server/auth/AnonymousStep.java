package io.whimbrel.server.auth;

import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Everybody comes in, with a name only where no name counts for anything.
 *
 * @param namesCount whether somebody else's name would be worth something
 */
record AnonymousStep(BooleanSupplier namesCount) implements Step {
  @Override
  public void ask(Visit visit, Verdict verdict) {
    String user = visit.connect().userName();
    verdict.accept(user == null || namesCount.getAsBoolean() ? "" : user, "anonymous", Set.of());
  }
}
