package io.whimbrel.server.files;

import java.util.regex.Pattern;

/** A file of users or rights is not what it should be; the message says where and what. */
public final class AuthFileException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  /** Says where, what was found and what is allowed. */
  public AuthFileException(String message) {
    super(oneLine(message));
  }

  /** The same, with what refused it. */
  public AuthFileException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** What stands in a file can neither leave its line nor speak to a terminal. */
  private static String oneLine(String message) {
    return UNSEEN.matcher(message).replaceAll("?");
  }
}
