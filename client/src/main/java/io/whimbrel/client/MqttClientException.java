package io.whimbrel.client;

import org.jspecify.annotations.Nullable;

/**
 * What was asked for did not come about, and it is not known that a server refused it: no
 * connection, no answer in time, a closed client, a full outbox, a failed disk.
 */
public final class MqttClientException extends RuntimeException {
  private static final long serialVersionUID = 2;

  /** What went wrong, for programs; there may be more kinds one day. */
  public enum Kind {
    /**
     * No server was reached, or the one that was did not speak as it should; the cause says more,
     * of TLS for example.
     */
    NO_SERVER,
    /** No answer came in time: nobody knows what became of it, and it may still come. */
    NO_ANSWER_IN_TIME,
    /** The client was told to disconnect meanwhile. */
    DISCONNECTED,
    /** The client is closed. */
    CLOSED,
    /** The outbox has no room. */
    OUTBOX_FULL,
    /** The outbox on disk cannot be opened, or has failed. */
    OUTBOX_FAILED,
    /** The server has not proven who it is, by the method of an enhanced authentication. */
    SERVER_NOT_TRUSTED,
    /** The thread that waited was interrupted, and still is. */
    INTERRUPTED,
    /** The server has refused what had to come before. */
    REFUSED,
    /** The version that is spoken does not know it. */
    UNSUPPORTED
  }

  private final Kind kind;

  MqttClientException(Kind kind, String message) {
    this(kind, message, null);
  }

  MqttClientException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
