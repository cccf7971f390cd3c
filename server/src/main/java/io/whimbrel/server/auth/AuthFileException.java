package io.whimbrel.server.auth;

/** A file of users or rights is not what it should be; the message says where and what. */
public final class AuthFileException extends Exception {
  private static final long serialVersionUID = 1L;

  AuthFileException(String message) {
    super(message);
  }

  AuthFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
