package io.whimbrel.store;

/** A row is not what a store of this version writes. */
final class BrokenRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenRowException(String why) {
    super(why);
  }
}
