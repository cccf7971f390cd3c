package io.whimbrel.sn;

import io.whimbrel.codec.sn.SnType;

/** Hears what a gateway does; every method does nothing unless it is overridden. */
public interface SnObserver {
  /** Of nobody. */
  SnObserver NONE = new SnObserver() {};

  /** A datagram was no message, or one that is not for a gateway. */
  default void malformed(String why) {}

  /** A message came. */
  default void received(SnType type) {}

  /** A message was sent. */
  default void sent(SnType type) {}

  /** It was sent once more, as there was no answer. */
  default void sentAgain(SnType type) {}

  /** A message to a device was given up, and why. */
  default void dropped(String clientId, String why) {}

  /**
   * A device was not let in.
   *
   * @param clientId the name it gave, empty where it came to give none
   * @param address where it is, empty where that is not known
   */
  default void refused(String clientId, String address, String why) {}

  /** A request was refused for what the gateway has no room for. */
  default void congested() {}

  /** A device fell asleep (1) or does not sleep any more (-1). */
  default void asleepChanged(int change) {}
}
