package io.whimbrel.server.token;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.auth.Mechanism;
import io.whimbrel.server.auth.Verified;
import io.whimbrel.server.auth.Visit;
import org.jspecify.annotations.Nullable;

/** An Authentication Method whose Authentication Data is a token, in one step. */
public record TokenMechanism(Tokens tokens) implements Mechanism {
  @Override
  public void begin(Visit visit, byte @Nullable [] data, Turn turn) {
    tokens.check(
        data,
        visit,
        new Tokens.Heard() {
          @Override
          public void accept(Verified who) {
            turn.accept(who, null);
          }

          @Override
          public void refuse(TokenException why) {
            turn.refuse(TokenStep.reason(why));
          }
        });
  }

  @Override
  public void goOn(Visit visit, byte @Nullable [] data, Object state, Turn turn) {
    turn.refuse(ReasonCode.PROTOCOL_ERROR); // nothing was asked
  }
}
