package io.whimbrel.server.token;

/** A token lets nobody in. The message says why, for people, and nothing of the token itself. */
public final class TokenException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What is wrong with it. */
  public enum Kind {
    /** It is no token, as far as can be seen. */
    UNKNOWN,
    /** It is of nobody who is known here. */
    ISSUER,
    /** It counts no more, or not yet. */
    TIME,
    /** Its signature is none that counts. */
    SIGNATURE,
    /** It is for others, or says too little. */
    CLAIMS,
    /** Nobody can say so far: keys or the issuer cannot be reached. */
    UNAVAILABLE
  }

  TokenException(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** Whether it may be something else, such as a password, or somebody else's token. */
  public boolean mayBeNone() {
    return kind == Kind.UNKNOWN || kind == Kind.ISSUER;
  }

  /** What is wrong with it. */
  public Kind kind() {
    return kind;
  }
}
