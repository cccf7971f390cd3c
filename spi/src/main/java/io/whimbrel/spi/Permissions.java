package io.whimbrel.spi;

/**
 * What one client may do. Asked for every packet and every message it publishes or is given, on the
 * thread that serves it, so it answers at once, from what is in memory. What it throws refuses.
 */
public interface Permissions {
  /** Whether a message may be published there. */
  boolean mayPublish(String topic, int qos, boolean retain);

  /**
   * The QoS that is granted, at most the one asked for, or -1.
   *
   * @param filter without the share of a Shared Subscription
   */
  int maySubscribe(String filter, int qos);

  /** Whether a message to this topic may be given to the client. */
  boolean mayReceive(String topic);
}
