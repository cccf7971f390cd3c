package io.whimbrel.cli;

/** A line of an export is not what an export writes. */
final class WrongLineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongLineException(String why) {
    super(why);
  }
}
