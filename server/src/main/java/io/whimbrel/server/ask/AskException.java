package io.whimbrel.server.ask;

/** Another server gave no answer of use. The message is for people, and has no part of a secret. */
public final class AskException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Why why;

  /** What kind of failure it is. */
  public enum Why {
    /** It was not asked: as many questions as may be are under way. */
    BUSY,
    /** It was not asked: it did not answer those before. */
    PAUSED,
    /** It does not answer, or says itself that it cannot. */
    DOWN,
    /** It answers what means nothing. */
    USELESS
  }

  /** Says what is wrong. */
  public AskException(Why why, String message) {
    super(message, null, false, false);
    this.why = why;
  }

  /** What kind of failure it is. */
  public Why why() {
    return why;
  }

  /** What a stage failed with, which may have been wrapped on its way. */
  public static AskException of(Throwable error) {
    if (error instanceof AskException known) {
      return known;
    }
    Throwable cause = error.getCause();
    return cause instanceof AskException known
        ? known
        : new AskException(Why.DOWN, "failed: " + error.getClass().getSimpleName());
  }
}
