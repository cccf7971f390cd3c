package io.whimbrel.server.audit;

/** The audit log cannot be kept; the message is one line that says where and why. */
public final class AuditFileException extends Exception {
  private static final long serialVersionUID = 1L;

  AuditFileException(String message) {
    super(message);
  }

  AuditFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
