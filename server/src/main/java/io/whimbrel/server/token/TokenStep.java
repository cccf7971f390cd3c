package io.whimbrel.server.token;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.auth.Step;
import io.whimbrel.server.auth.Verified;
import io.whimbrel.server.auth.Visit;

/**
 * Whoever gives a token as the password of CONNECT is whom it names; the user name that stands
 * beside it says nothing. What is nobody's token may be a password: the next step may say.
 */
public record TokenStep(Tokens tokens) implements Step {
  @Override
  public void ask(Visit visit, Verdict verdict) {
    Connect connect = visit.connect();
    if (connect.password() == null) {
      verdict.pass();
      return;
    }
    tokens.check(
        connect.password(),
        visit,
        new Tokens.Heard() {
          @Override
          public void accept(Verified who) {
            verdict.accept(who);
          }

          @Override
          public void refuse(TokenException why) {
            if (why.kind() == TokenException.Kind.UNKNOWN) {
              verdict.pass();
            } else {
              verdict.refuse(reason(why));
            }
          }
        });
  }

  static ReasonCode reason(TokenException why) {
    return why.kind() == TokenException.Kind.UNAVAILABLE
        ? ReasonCode.SERVER_UNAVAILABLE
        : ReasonCode.NOT_AUTHORIZED;
  }
}
