package io.whimbrel.server.auth;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.token.TokenClient;
import io.whimbrel.server.token.TokenException;
import io.whimbrel.server.token.Tokens;
import org.jspecify.annotations.Nullable;

/** An Authentication Method whose Authentication Data is a token, in one step. */
record TokenMechanism(Tokens tokens) implements Mechanism {
  @Override
  public void begin(Visit visit, byte @Nullable [] data, Turn turn) {
    tokens.check(
        data,
        TokenStep.bearer(visit, true),
        new Tokens.Heard() {
          @Override
          public void accept(TokenClient who) {
            turn.accept(TokenStep.verified(who), null);
          }

          @Override
          public void refuse(TokenException why) {
            turn.namesNobody();
            turn.refuse(TokenStep.reason(why));
          }
        });
  }

  @Override
  public void goOn(Visit visit, byte @Nullable [] data, Object state, Turn turn) {
    turn.refuse(ReasonCode.PROTOCOL_ERROR); // nothing was asked
  }
}
