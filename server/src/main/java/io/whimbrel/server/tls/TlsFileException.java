package io.whimbrel.server.tls;

/** A file of certificates or keys is not what it should be; the message goes on "FILE: …". */
public final class TlsFileException extends Exception {
  private static final long serialVersionUID = 1L;

  TlsFileException(String message) {
    super(message);
  }

  TlsFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
