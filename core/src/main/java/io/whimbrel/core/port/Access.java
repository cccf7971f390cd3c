package io.whimbrel.core.port;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in and what they may do. Authentication may answer later and from any thread;
 * authorisation answers at once, from what is in memory. Called on shards' threads.
 */
public interface Access {
  /**
   * Examines a CONNECT (with an Authentication Method: its first Authentication Data). Exactly one
   * answer is given, or another one for each {@link Answer#challenge}.
   */
  void authenticate(Connect connect, Origin origin, Answer answer);

  /**
   * The next step of an enhanced authentication, or the first of a re-authentication
   * [MQTT-4.12.1-1].
   *
   * @param state what {@link Answer#challenge} was given, or null at the start of a
   *     re-authentication
   */
  void continueAuthentication(
      Connect connect,
      Origin origin,
      byte @Nullable [] data,
      @Nullable Object state,
      Answer answer);

  /** SUCCESS, or why the client may not publish there. */
  ReasonCode mayPublish(Identity who, TopicName topic, Qos qos, boolean retain);

  /** SUCCESS, or why the client may not subscribe to this filter. */
  ReasonCode maySubscribe(Identity who, TopicFilter filter, Qos qos);

  /**
   * Whether a client may have the session of its Client Identifier, or end it by a clean start.
   *
   * @param owner the user whose session it is, empty for an anonymous client's
   */
  default boolean mayResume(String owner, Identity who) {
    return owner.equals(who.user());
  }

  /** Takes the outcome of one step; callable from any thread, the first call counts. */
  interface Answer {
    /**
     * The client is who it says.
     *
     * @param user empty for an anonymous client
     * @param data Authentication Data for the client, or null
     */
    void accept(String user, byte @Nullable [] data);

    /** The client is refused, with a CONNACK or DISCONNECT reason of 0x80 or greater. */
    void refuse(ReasonCode reason);

    /** Asks for one more AUTH [MQTT-4.12.0-2]; {@code state} comes back with its data. */
    void challenge(byte[] data, Object state);
  }
}
