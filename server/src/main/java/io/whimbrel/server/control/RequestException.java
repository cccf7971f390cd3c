package io.whimbrel.server.control;

/** A request that is not right; the message is one line for whoever asked. */
public final class RequestException extends Exception {
  private static final long serialVersionUID = 1L;

  RequestException(String message) {
    super(message);
  }
}
