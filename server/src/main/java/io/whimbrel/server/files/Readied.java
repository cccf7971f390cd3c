package io.whimbrel.server.files;

/**
 * What was read and found good before it is in force. Exactly one of the two is called, once;
 * neither fails.
 */
@FunctionalInterface
public interface Readied {
  /** Takes the place of what was there. */
  void apply();

  /** Is not wanted after all: gives back what it holds. */
  default void drop() {}
}
