package io.whimbrel.server.auth;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.scram.ScramException;
import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.server.scram.ScramExchange;
import io.whimbrel.server.scram.ScramFile;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whoever names a user proves to know the password without saying it (RFC 5802). A step is some
 * HMACs: it is done where it is asked.
 *
 * @param random of nonces; for any thread
 */
record ScramMechanism(ScramHash hash, ScramFile users, SecureRandom random) implements Mechanism {
  private static final byte[] NOTHING = {};

  /** Those of a file, by Authentication Method. */
  static Map<String, Mechanism> of(ScramFile users) {
    SecureRandom random = new SecureRandom();
    Map<String, Mechanism> all = new TreeMap<>();
    for (ScramHash hash : ScramHash.values()) {
      all.put(hash.method(), new ScramMechanism(hash, users, random));
    }
    return all;
  }

  @Override
  public void begin(Visit visit, byte @Nullable [] data, Turn turn) {
    try {
      byte[] said = data == null ? NOTHING : data;
      ScramExchange begun = ScramExchange.begin(hash, said, users, ScramExchange.nonce(random));
      if (turn.names(begun.user())) {
        turn.challenge(begun.serverFirst(), begun);
      } else {
        turn.refuse(ReasonCode.BANNED);
      }
    } catch (ScramException refused) {
      turn.refuse(reason(refused));
    }
  }

  @Override
  public void goOn(Visit visit, byte @Nullable [] data, Object state, Turn turn) {
    ScramExchange exchange = (ScramExchange) state;
    if (!turn.names(exchange.user())) {
      turn.refuse(ReasonCode.BANNED);
      return;
    }
    try {
      byte[] last = exchange.finish(data == null ? NOTHING : data, users);
      turn.accept(Verified.of(exchange.user(), "scram", Set.of()), last);
    } catch (ScramException refused) {
      turn.refuse(reason(refused));
    }
  }

  private static ReasonCode reason(ScramException refused) {
    return switch (refused.kind()) {
      case UNSUPPORTED -> ReasonCode.BAD_AUTHENTICATION_METHOD; // this one does not do that
      case MALFORMED, WRONG_PROOF -> ReasonCode.NOT_AUTHORIZED;
    };
  }
}
