package io.whimbrel.server.control;

import io.whimbrel.core.port.Identity;
import java.util.Arrays;
import java.util.List;

/** What clients are told apart by. */
public enum Criterion {
  USER("user"),
  CLIENT_ID("client-id"),
  SUBJECT("subject"),
  TOKEN_ID("token-id"),
  ISSUER("issuer");

  private final String word;

  Criterion(String word) {
    this.word = word;
  }

  /** As it is written. */
  public String word() {
    return word;
  }

  /** What a client has of it, empty where it has none. */
  String of(Identity who) {
    return switch (this) {
      case USER -> who.user();
      case CLIENT_ID -> who.clientId();
      case SUBJECT -> who.proof().subject();
      case TOKEN_ID -> who.proof().id();
      case ISSUER -> who.proof().issuer();
    };
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
