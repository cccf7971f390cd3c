package io.whimbrel.store;

/** A store that was opened cannot be read to its end. */
public final class UnreadableStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableStoreException(String why, Throwable cause) {
    super(why, cause);
  }
}
