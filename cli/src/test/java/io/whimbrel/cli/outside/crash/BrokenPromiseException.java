package io.whimbrel.cli.outside.crash;

/** The broker did not do what it had acknowledged, or did what it must not. */
final class BrokenPromiseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenPromiseException(String what) {
    super(what);
  }
}
