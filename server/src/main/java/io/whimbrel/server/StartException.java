package io.whimbrel.server;

import java.nio.file.Path;

/** The broker did not start; the message is one line for whoever started it. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Another program listens there already. */
  public static StartException portInUse(
      Listening.Kind kind, String bind, int port, Throwable cause) {
    return new StartException(
        "port "
            + port
            + " on "
            + bind
            + " is in use: stop the program that listens there, or choose another port with "
            + kind.flag()
            + " ("
            + kind.key()
            + ")",
        cause);
  }

  /** Says why nothing can listen there. */
  static StartException cannotListen(Listening.Kind kind, String bind, int port, Throwable cause) {
    String why = String.valueOf(cause.getMessage());
    if (why.contains("in use")) {
      return portInUse(kind, bind, port, cause);
    }
    return new StartException(
        "cannot listen on " + bind + " port " + port + " (" + kind.key() + "): " + why, cause);
  }

  /** Says why a link cannot be opened. */
  static StartException cannotListen(Listening link, Throwable cause) {
    String why = String.valueOf(cause.getMessage());
    String remedy =
        why.contains("in use") ? ": stop the program that listens there, or choose another" : "";
    return new StartException(
        "cannot listen on " + link.address() + " (" + link.key() + "): " + why + remedy, cause);
  }

  /** Says why nothing can listen on a Unix socket. */
  static StartException cannotListen(Path socket, Throwable cause) {
    Listening.Kind kind = Listening.Kind.UNIX;
    String why = String.valueOf(cause.getMessage());
    String remedy =
        why.contains("in use")
            ? ": stop the program that listens there, or choose another path with " + kind.flag()
            : "";
    return new StartException(
        "cannot listen on " + socket + " (" + kind.key() + "): " + why + remedy, cause);
  }
}
