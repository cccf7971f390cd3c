package io.whimbrel.server.files;

/** A file of users or rights is not what it should be; the message says where and what. */
public final class AuthFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says where, what was found and what is allowed. */
  public AuthFileException(String message) {
    super(message);
  }

  /** The same, with what refused it. */
  public AuthFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
