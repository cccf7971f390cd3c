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
  private final String what;

  StoreException(Kind kind, String message) {
    this(kind, message, message);
  }

  /**
   * @param what the trouble alone, without where it is and what to do
   */
  StoreException(Kind kind, String message, String what) {
    super(message);
    this.kind = kind;
    this.what = what;
  }

  StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.what = message;
  }

  /** What kind of trouble it is. */
  public Kind kind() {
    return kind;
  }

  /** The trouble alone. */
  String what() {
    return what;
  }
}
