package io.whimbrel.cli.mqtt;

import io.whimbrel.codec.ReasonCode;
import java.util.Locale;

/** Reason Codes in words. */
final class Reasons {
  private Reasons() {}

  /** {@code NOT_AUTHORIZED} is "not authorized". */
  static String words(ReasonCode reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
