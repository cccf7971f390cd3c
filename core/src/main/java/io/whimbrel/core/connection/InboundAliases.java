package io.whimbrel.core.connection;

import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The Topic Aliases a client set (5.0, 3.3.2.3.4). Valid for the connection [MQTT-3.3.2-7]; grows
 * with the aliases used. Owned by the connection's shard.
 */
final class InboundAliases {
  private final int maximum;
  private @Nullable TopicName[] topics = new @Nullable TopicName[0];

  InboundAliases(int maximum) {
    this.maximum = maximum;
  }

  /** The topic of a PUBLISH; an alias registers even if the PUBLISH is refused later. */
  TopicName resolve(Publish publish) {
    int alias = (int) publish.properties().number(PropertyId.TOPIC_ALIAS, -1);
    if (alias < 0) {
      return publish.topic();
    }
    if (alias == 0 || alias > maximum) { // [MQTT-3.3.2-8] [MQTT-3.3.2-9] [MQTT-3.3.2-12]
      throw new ProtocolErrorException(
          ReasonCode.TOPIC_ALIAS_INVALID, "MQTT-3.3.2-9", "topic alias out of range");
    }
    if (!publish.topic().isNone()) {
      if (alias > topics.length) {
        topics = Arrays.copyOf(topics, Math.min(maximum, Math.max(alias, topics.length * 2)));
      }
      topics[alias - 1] = publish.topic();
      return publish.topic();
    }
    TopicName known = alias <= topics.length ? topics[alias - 1] : null;
    if (known == null) {
      throw new ProtocolErrorException(
          ReasonCode.PROTOCOL_ERROR, "3.3.2.3.4", "topic alias was never set");
    }
    return known;
  }
}
