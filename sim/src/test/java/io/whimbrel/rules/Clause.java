package io.whimbrel.rules;

import java.util.List;

/**
 * A normative statement of the specification.
 *
 * @param id as it is cited: {@code MQTT-3.1.2-3} of 5.0, {@code 3.1.1 MQTT-3.1.2-3} of 3.1.1
 * @param text what it says; empty for 3.1.1
 * @param binds whom
 * @param restates the statements of 5.0 that say the same, in the same behaviour; empty for 5.0
 * @param reason why no test holds it, a sentence, or empty
 */
record Clause(String id, String text, Binds binds, List<String> restates, String reason) {
  enum Binds {
    SERVER,
    CLIENT,
    BOTH
  }

  Clause {
    if (!reason.isEmpty() && !reason.endsWith(".")) {
      throw new IllegalArgumentException("A reason is a sentence, unlike that of " + id);
    }
  }

  boolean bindsServer() {
    return binds != Binds.CLIENT;
  }

  boolean isExcused() {
    return !reason.isEmpty();
  }

  boolean isOfFive() {
    return !id.startsWith("3.1.1 ");
  }

  /** The chapter it stands in. */
  String chapter() {
    String number = id.substring(id.indexOf('-') + 1);
    return number.substring(0, number.indexOf('.'));
  }
}
