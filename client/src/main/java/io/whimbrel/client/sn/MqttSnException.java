package io.whimbrel.client.sn;

import io.whimbrel.client.internal.SnFailure;
import io.whimbrel.codec.sn.SnReturnCode;
import java.util.Optional;

/**
 * What was asked of an MQTT-SN client did not come about, or nobody knows: the gateway refused it,
 * did not answer, or went.
 */
public final class MqttSnException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong, for programs; there may be more kinds one day. */
  public enum Kind {
    /**
     * The gateway cannot be reached, or has not answered N_retry times (6.13): the connection is
     * over, and nobody knows what became of the message.
     */
    NO_GATEWAY,
    /** The gateway has refused it; {@link #returnCode} says why. */
    REFUSED,
    /** The gateway has ended the connection, or has lost it; nobody knows either. */
    DISCONNECTED,
    /** There is no connection over which it could be said, or the client sleeps. */
    NOT_CONNECTED,
    /** Too much waits already. */
    QUEUE_FULL,
    /** No datagram holds it. */
    TOO_LARGE,
    /** The client is closed. */
    CLOSED
  }

  private final Kind kind;
  private final SnReturnCode code;

  MqttSnException(Kind kind, SnReturnCode code, String message) {
    super(message);
    this.kind = kind;
    this.code = code;
  }

  static MqttSnException of(SnFailure failure) {
    Kind kind =
        switch (failure.kind()) {
          case NO_GATEWAY -> Kind.NO_GATEWAY;
          case REFUSED -> Kind.REFUSED;
          case DISCONNECTED -> Kind.DISCONNECTED;
          case NOT_CONNECTED -> Kind.NOT_CONNECTED;
          case QUEUE_FULL -> Kind.QUEUE_FULL;
          case TOO_LARGE -> Kind.TOO_LARGE;
          case CLOSED -> Kind.CLOSED;
        };
    return new MqttSnException(kind, failure.code(), failure.why());
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** What the gateway said (5.3.10), where it has refused. */
  public Optional<SnReturnCode> returnCode() {
    return kind == Kind.REFUSED ? Optional.of(code) : Optional.empty();
  }
}
