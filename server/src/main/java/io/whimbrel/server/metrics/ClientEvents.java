package io.whimbrel.server.metrics;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Identity;

/**
 * Told of what a person may want to hear of: clients that come and go, what is kept from them, and
 * mistakes of ours. Never of single messages. Callable from every thread; does not wait.
 */
public interface ClientEvents {
  /** A client has its CONNACK. */
  default void connected(Identity who, ProtocolVersion version, boolean sessionPresent) {}

  /**
   * A client has proved once more who it is.
   *
   * @param lost how many of its subscriptions it may not have any more
   */
  default void reauthenticated(Identity who, int lost) {}

  /**
   * A CONNECT was refused, or none came in time; {@link #closed} follows.
   *
   * @param claimed who it says it is
   */
  default void refused(Identity claimed, ReasonCode reason, String explanation) {}

  /** A connection has ended, of a client or of somebody who never became one. */
  default void closed(Identity who, boolean wasConnected, ReasonCode reason, String explanation) {}

  /** A message did not reach a taker. */
  default void dropped(DropReason reason, String clientId) {}

  /** A connection was not taken on. */
  default void notAccepted(String address, String why) {}

  /**
   * A device of MQTT-SN was not let in.
   *
   * @param clientId the name it gave, empty where it came to give none
   * @param address where it is, empty where that is not known
   */
  default void deviceRefused(String clientId, String address, String why) {}

  /** A peer broke the rules of its transport. */
  default void transportError(String address, String what) {}

  /** Something of ours went wrong. */
  default void internalError(String where, Throwable cause) {}

  /** One who tells two others, in this order. */
  static ClientEvents both(ClientEvents first, ClientEvents second) {
    return new ClientEvents() {
      @Override
      public void connected(Identity who, ProtocolVersion version, boolean sessionPresent) {
        first.connected(who, version, sessionPresent);
        second.connected(who, version, sessionPresent);
      }

      @Override
      public void reauthenticated(Identity who, int lost) {
        first.reauthenticated(who, lost);
        second.reauthenticated(who, lost);
      }

      @Override
      public void refused(Identity claimed, ReasonCode reason, String explanation) {
        first.refused(claimed, reason, explanation);
        second.refused(claimed, reason, explanation);
      }

      @Override
      public void closed(
          Identity who, boolean wasConnected, ReasonCode reason, String explanation) {
        first.closed(who, wasConnected, reason, explanation);
        second.closed(who, wasConnected, reason, explanation);
      }

      @Override
      public void dropped(DropReason reason, String clientId) {
        first.dropped(reason, clientId);
        second.dropped(reason, clientId);
      }

      @Override
      public void notAccepted(String address, String why) {
        first.notAccepted(address, why);
        second.notAccepted(address, why);
      }

      @Override
      public void deviceRefused(String clientId, String address, String why) {
        first.deviceRefused(clientId, address, why);
        second.deviceRefused(clientId, address, why);
      }

      @Override
      public void transportError(String address, String what) {
        first.transportError(address, what);
        second.transportError(address, what);
      }

      @Override
      public void internalError(String where, Throwable cause) {
        first.internalError(where, cause);
        second.internalError(where, cause);
      }
    };
  }
}
