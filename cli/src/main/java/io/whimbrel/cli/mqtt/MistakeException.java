package io.whimbrel.cli.mqtt;

/** What was said on the command line cannot be done; the message says why, and what can. */
final class MistakeException extends RuntimeException {
  MistakeException(String message) {
    super(message, null, false, false);
  }
}
