package io.whimbrel.server.control;

import io.whimbrel.core.port.Identity;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What clients are told apart by. */
public enum Criterion {
  USER("user", Identity::user),
  CLIENT_ID("client-id", Identity::clientId),
  SUBJECT("subject", who -> who.proof().subject()),
  TOKEN_ID("token-id", who -> who.proof().id()),
  ISSUER("issuer", who -> who.proof().issuer());

  private final String word;
  private final Function<Identity, String> of;

  Criterion(String word, Function<Identity, String> of) {
    this.word = word;
    this.of = of;
  }

  /** As it is written. */
  public String word() {
    return word;
  }

  /** What a client has of it, empty where it has none. */
  String of(Identity who) {
    return of.apply(who);
  }

  static Criterion named(String word) throws RequestException {
    List<String> words = Arrays.stream(values()).map(Criterion::word).toList();
    int at = words.indexOf(word);
    if (at < 0) {
      throw new RequestException(
          "'by' is '" + word + "', allowed: one of " + String.join(", ", words));
    }
    return values()[at];
  }
}
