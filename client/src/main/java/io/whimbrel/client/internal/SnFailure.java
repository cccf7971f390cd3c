package io.whimbrel.client.internal;

import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnType;
import java.util.Locale;

/**
 * Why something did not come about in an MQTT-SN session. Immutable.
 *
 * @param code what the gateway said; ACCEPTED where it said nothing
 */
public record SnFailure(Kind kind, SnReturnCode code, String why) {
  /** What kind it is of. */
  public enum Kind {
    /** The gateway cannot be reached, or does not answer. */
    NO_GATEWAY,
    /** The gateway refused it. */
    REFUSED,
    /** The connection ended meanwhile. */
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

  static SnFailure of(Kind kind, String why) {
    return new SnFailure(kind, SnReturnCode.ACCEPTED, why);
  }

  static SnFailure refused(SnType what, SnReturnCode code) {
    String words = code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return new SnFailure(Kind.REFUSED, code, "the gateway refused " + what + ": " + words);
  }

  static SnFailure silent(SnType what) {
    return of(Kind.NO_GATEWAY, "the gateway does not answer " + what);
  }

  static SnFailure tooLarge(SnType what, int size, int sizeMax) {
    String sizes = " has " + size + " octets, and a datagram at most " + sizeMax;
    return of(Kind.TOO_LARGE, "a " + what + sizes);
  }

  static SnFailure full(int max) {
    return of(Kind.QUEUE_FULL, max + " wait already");
  }
}
