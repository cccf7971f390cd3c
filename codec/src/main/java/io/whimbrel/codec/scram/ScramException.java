package io.whimbrel.codec.scram;

/** What was said is no SCRAM, or proves nothing. Stackless and cheap. */
public final class ScramException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What went wrong. */
  public enum Kind {
    /** A message is not what it should be, or out of turn. */
    MALFORMED,

    /** The other side wants a channel binding, or an extension, that we do not have. */
    UNSUPPORTED,

    /** A proof or a signature is not that of the password. */
    WRONG_PROOF
  }

  /**
   * @param explanation one line; holds no data of the other side
   */
  public ScramException(Kind kind, String explanation) {
    super(explanation, null, false, false);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
