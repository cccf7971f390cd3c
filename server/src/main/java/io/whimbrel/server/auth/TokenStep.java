package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.token.Bearer;
import io.whimbrel.server.token.TokenClient;
import io.whimbrel.server.token.TokenException;
import io.whimbrel.server.token.Tokens;

/**
 * Whoever gives a token as the password of CONNECT is whom it names; the user name that stands
 * beside it says nothing. What is nobody's token may be a password: the next step may say.
 */
record TokenStep(Tokens tokens) implements Step {
  @Override
  public void ask(Visit visit, Verdict verdict) {
    Connect connect = visit.connect();
    if (connect.password() == null) {
      verdict.pass();
      return;
    }
    tokens.check(
        connect.password(),
        bearer(visit, false),
        new Tokens.Heard() {
          @Override
          public void accept(TokenClient who) {
            verdict.accept(verified(who));
          }

          @Override
          public void refuse(TokenException why) {
            if (why.mayBeNone()) {
              verdict.pass();
            } else {
              verdict.namesNobody();
              verdict.refuse(reason(why));
            }
          }
        });
  }

  static Bearer bearer(Visit visit, boolean certain) {
    return new Bearer(visit.clientId(), visit.origin().certificate(), visit.awaited(), certain);
  }

  static Verified verified(TokenClient who) {
    return new Verified(
        who.user(),
        "token",
        who.groups(),
        who.grants(),
        who.issuer(),
        who.subject(),
        who.id(),
        who.expiresMillis());
  }

  static ReasonCode reason(TokenException why) {
    return why.kind() == TokenException.Kind.UNAVAILABLE
        ? ReasonCode.SERVER_UNAVAILABLE
        : ReasonCode.NOT_AUTHORIZED;
  }
}
