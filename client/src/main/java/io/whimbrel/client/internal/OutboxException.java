package io.whimbrel.client.internal;

import org.jspecify.annotations.Nullable;

/** An outbox on disk cannot be opened. The message says why, where, and what to do about it. */
public final class OutboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the failure behind it, where there is one. */
  public OutboxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What is in a file is not what was written there. */
  static OutboxException damaged(OutboxFiles files, String name, long offset, String what) {
    return new OutboxException(
        "The outbox in "
            + files
            + " is damaged: "
            + what
            + ", in "
            + name
            + " at byte "
            + offset
            + ". Restore the directory from a copy, or move it away to begin with an empty outbox",
        null);
  }

  /** What the operating system says, which has no words for some failures. */
  static String said(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isEmpty()
        ? failure.getClass().getSimpleName()
        : failure.getClass().getSimpleName().equals("IOException")
            ? message
            : failure.getClass().getSimpleName() + ": " + message;
  }
}
