package io.whimbrel.server.control;

import io.whimbrel.server.ask.Json;
import java.util.Map;
import java.util.Optional;

/**
 * What a broker answers: what came of a command, or {@code error} with the reason why nothing did.
 * On the wire a JSON object on one line. Nobody can change it.
 */
public final class Answer {
  private static final String ERROR = "error";

  private final Map<String, Object> members;

  private Answer(Map<String, Object> members) {
    this.members = members;
  }

  static Answer of(String name, long number) {
    return new Answer(Map.of(name, number));
  }

  static Answer of(String name, String text) {
    return new Answer(Map.of(name, text));
  }

  static Answer error(String why) {
    return of(ERROR, why);
  }

  /** The answer that a line is; empty where it is none. */
  static Optional<Answer> read(byte[] line) {
    return Json.object(line).map(Answer::new);
  }

  byte[] line() {
    return JsonLine.of(members);
  }

  /** Why nothing was done; empty where something was. */
  public Optional<String> error() {
    return text(ERROR);
  }

  /** A number, empty where the answer has none of this name. */
  public Optional<Long> number(String name) {
    return members.get(name) instanceof Long number ? Optional.of(number) : Optional.empty();
  }

  /** A text, likewise. */
  public Optional<String> text(String name) {
    return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
