package io.whimbrel.core.port;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in. The answer may come later and from any thread, and brings the {@link Rights} of
 * the client, which are asked from then on. Called on shards' threads.
 */
public interface Access {
  /**
   * Examines a CONNECT (with an Authentication Method: its first Authentication Data). Exactly one
   * answer is given, or another one for each {@link Answer#challenge}.
   *
   * @param clientId that of the packet, or the one that was assigned
   */
  void authenticate(String clientId, Connect connect, Origin origin, Answer answer);

  /**
   * The next step of an enhanced authentication, or the first of a re-authentication
   * [MQTT-4.12.1-1].
   *
   * @param state what {@link Answer#challenge} was given, or null at the start of a
   *     re-authentication
   */
  void continueAuthentication(
      String clientId,
      Connect connect,
      Origin origin,
      byte @Nullable [] data,
      @Nullable Object state,
      Answer answer);

  /** What a client may do that was let in by an earlier run of the broker, whose will is due. */
  Rights rightsOf(Identity who);

  /**
   * Whether a client may have the session of its Client Identifier, or end it by a clean start.
   *
   * @param owner the user whose session it is, empty for an anonymous client's
   */
  default boolean mayResume(String owner, Identity who) {
    return owner.equals(who.user());
  }

  /** How much a client may send that was let in. */
  default Meter meter(Identity who) {
    return Meter.FREE;
  }

  /** Takes the outcome of one step; callable from any thread, the first call counts. */
  interface Answer {
    /** The client is who it says. */
    void accept(Admission admission);

    /** The client is refused, with a CONNACK or DISCONNECT reason of 0x80 or greater. */
    void refuse(ReasonCode reason);

    /**
     * Whether anybody still waits for it, as far as is known: who has gone need not be examined,
     * but is answered all the same. Callable from any thread.
     */
    default boolean isAwaited() {
      return true;
    }

    /** What the client has shown says nothing of the user that its CONNECT names. */
    default void namesNobody() {}

    /**
     * Authentication Data names a user, whom CONNECT need not name. Called before that user's proof
     * is looked at, in each step.
     *
     * @return whether it is worth a look: else it is refused
     */
    default boolean names(String user) {
      return true;
    }

    /** Asks for one more AUTH [MQTT-4.12.0-2]; {@code state} comes back with its data. */
    void challenge(byte[] data, Object state);
  }
}
