package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * Whoever gives a user name has to know its password.
 *
 * @param known users and their passwords
 * @param checks where they are checked
 */
record PasswordStep(PasswordFile known, PasswordChecks checks) implements Step {
  private static final long WAIT_NANOS_MAX = 5_000_000_000L;

  @Override
  public void ask(Visit visit, Verdict verdict) {
    Connect connect = visit.connect();
    String user = connect.userName();
    if (user == null) {
      verdict.pass();
      return;
    }
    long came = System.nanoTime();
    ReasonCode busy =
        connect.version().isFive() ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE;
    try {
      checks.execute(
          () -> {
            boolean late = System.nanoTime() - came > WAIT_NANOS_MAX;
            if (late || !visit.awaited().getAsBoolean()) {
              verdict.refuse(busy); // it gave up or soon will, and others could still be in time
            } else if (known.isRight(user, connect.password())) {
              verdict.accept(Verified.of(user, "password", Set.of()));
            } else {
              verdict.refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
          });
    } catch (RejectedExecutionException full) {
      verdict.refuse(busy);
    }
  }
}
