package io.whimbrel.store;

/** Why a store cannot be opened or used, in words for whoever runs the broker. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of trouble it is. */
  public enum Kind {
    /** Another process has the directory. */
    LOCKED,
    /** It was written by a newer version. */
    NEWER,
    /** Something that was safe is missing or not what was written. */
    DAMAGED,
    /** The file system does not do what is asked: rights, space, errors. */
    UNUSABLE
  }

  private final Kind kind;

  StoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What kind of trouble it is. */
  public Kind kind() {
    return kind;
  }
}
