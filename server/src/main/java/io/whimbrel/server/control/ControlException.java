package io.whimbrel.server.control;

/** A broker could not be asked; the message is one line for whoever wanted to. */
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  ControlException(String message) {
    super(message);
  }

  ControlException(String message, Throwable cause) {
    super(message, cause);
  }
}
