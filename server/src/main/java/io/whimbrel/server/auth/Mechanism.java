package io.whimbrel.server.auth;

import io.whimbrel.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * An Authentication Method of MQTT 5 (4.12). Asked on shards' threads; blocks none of them. Each
 * question has exactly one answer, now or later, from any thread.
 */
public interface Mechanism {
  /**
   * The first step: of a CONNECT, or of a re-authentication of a client that is connected.
   *
   * @param data Authentication Data, or null
   */
  void begin(Visit visit, byte @Nullable [] data, Turn turn);

  /**
   * The step after a challenge.
   *
   * @param state what the challenge was made with
   */
  void goOn(Visit visit, byte @Nullable [] data, Object state, Turn turn);

  /** Takes the answer. */
  interface Turn {
    /**
     * It is this user.
     *
     * @param data Authentication Data for the client, or null
     */
    void accept(Verified who, byte @Nullable [] data);

    /** What it shows says nothing of the user that its CONNECT names; said before a refusal. */
    default void namesNobody() {}

    /** It is not let in. */
    void refuse(ReasonCode reason);

    /**
     * It says to be this user, which is not proven; failures count as that user's.
     *
     * @return whether to go on: else it has to be refused, as that user failed too often from there
     */
    default boolean names(String user) {
      return true;
    }

    /** It has to say one thing more. */
    void challenge(byte[] data, Object state);
  }
}
