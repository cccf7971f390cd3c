package io.whimbrel.core.port;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;

/**
 * What one client may do. Asked for every packet and every message, so it answers at once, from
 * what is in memory, and by the rules that are in force then. Owned by the shard of the client.
 */
public interface Rights {
  /** SUCCESS, or why the client may not publish there. */
  ReasonCode mayPublish(TopicName topic, Qos qos, boolean retain);

  /**
   * The QoS that is granted, at most the one that was asked for, or why the client may not
   * subscribe to this filter (3.9.3).
   */
  ReasonCode maySubscribe(TopicFilter filter, Qos qos);

  /** Whether a message to this topic may be given to the client now. */
  boolean mayReceive(TopicName topic);
}
