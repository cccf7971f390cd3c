package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Utf8;
import io.whimbrel.spi.Authenticator;
import io.whimbrel.spi.Credentials;
import io.whimbrel.spi.Outcome;
import java.util.Optional;

/**
 * Somebody else says who a client is. No answer in time, or one that is an error, refuses.
 *
 * @param patience how long it may take, and who hears of it
 */
record PluginStep(Authenticator authenticator, Patience patience) implements Step {
  @Override
  public void ask(Visit visit, Verdict verdict) {
    patience.ask(
        authenticator,
        () -> authenticator.authenticate(credentials(visit)),
        outcome -> hear(outcome, visit, verdict),
        () -> verdict.refuse(ReasonCode.SERVER_UNAVAILABLE));
  }

  private void hear(Outcome outcome, Visit visit, Verdict verdict) {
    if (outcome instanceof Outcome.Accepted accepted) {
      check(accepted.user());
      verdict.accept(Verified.of(accepted.user(), authenticator.name(), accepted.groups()));
    } else if (outcome instanceof Outcome.Refused refused) {
      verdict.refuse(
          switch (refused.reason()) {
            case BAD_CREDENTIALS -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case NOT_AUTHORIZED -> ReasonCode.NOT_AUTHORIZED;
            case BANNED ->
                visit.connect().version().isFive() ? ReasonCode.BANNED : ReasonCode.NOT_AUTHORIZED;
            case UNAVAILABLE -> ReasonCode.SERVER_UNAVAILABLE;
          });
    } else {
      verdict.pass();
    }
  }

  /** A name has to be one that CONNECT could say: it is recorded, and told to receivers. */
  private static void check(String user) {
    try {
      Utf8.encode(user);
    } catch (IllegalArgumentException useless) {
      throw new IllegalStateException("the user name it gave: " + useless.getMessage(), useless);
    }
  }

  private static Credentials credentials(Visit visit) {
    Connect connect = visit.connect();
    byte[] password = connect.password();
    return new Credentials(
        visit.clientId(),
        Optional.ofNullable(connect.userName()),
        Optional.ofNullable(password == null ? null : password.clone()),
        Optional.ofNullable(visit.origin().certificate()),
        visit.origin().address(),
        visit.origin().transport(),
        connect.version().level());
  }
}
