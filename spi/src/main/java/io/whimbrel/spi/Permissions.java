package io.whimbrel.spi;

/**
 * What one client may do. Asked for every packet and every message it publishes or is given, on the
 * thread that serves it, so it answers at once, from what is in memory. What it throws refuses.
 */
public interface Permissions {
  /** Whether a message may be published there. */
  boolean mayPublish(String topic, int qos, boolean retain);

  /** The QoS that is granted, at most the one asked for, or -1. */
  int maySubscribe(String filter, int qos);

  /**
   * The same of a Shared Subscription, {@code $share/NAME/FILTER}. A message that goes to its turn
   * and that {@link #mayReceive} withholds is lost for the others of the share; and whoever joins
   * takes a part of what they get. Where nothing else is said, any share may be joined.
   *
   * @param share its NAME
   * @param filter its FILTER
   */
  default int maySubscribeShared(String share, String filter, int qos) {
    return maySubscribe(filter, qos);
  }

  /** Whether a message to this topic may be given to the client. */
  boolean mayReceive(String topic);
}
