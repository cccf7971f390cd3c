package io.whimbrel.core.port;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.TopicName;

/** What a broker says of the sender in the properties of a message. Owned by the sender's shard. */
@FunctionalInterface
public interface SenderStamp {
  /** Says nothing, and leaves every property as it came. */
  SenderStamp NONE = (properties, topic, nowMillis) -> properties;

  /** The properties a message travels on with. */
  Properties stamp(Properties properties, TopicName topic, long nowMillis);
}
