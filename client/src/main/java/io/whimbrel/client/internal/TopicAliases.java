package io.whimbrel.client.internal;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Topic Aliases of one connection, both ways (3.3.2.3.4). The first topics that are published
 * to get one each; they keep it until the connection ends. Owned by its session.
 */
final class TopicAliases {
  /** More would cost memory at both ends for topics that are seldom published to. */
  static final int OUT_MAX = 1_000;

  private final Map<TopicName, Integer> out = new HashMap<>();
  private final int outMax;
  private final int inMax;

  // Made with the first alias: many clients never see one.
  private @Nullable TopicName[] in = {};
  private @Nullable Properties[] alone = {};

  TopicAliases(int serverMax, int ownMax) {
    outMax = Math.min(serverMax, OUT_MAX);
    inMax = ownMax;
  }

  /** The alias that stands for a topic now; 0 where none does. */
  int known(TopicName topic) {
    return outMax == 0 ? 0 : out.getOrDefault(topic, 0);
  }

  /** The alias that a topic may get with this message; 0 for none. */
  int next() {
    return out.size() < outMax ? out.size() + 1 : 0;
  }

  /** A message with a topic and a new alias was sent. */
  void learned(TopicName topic, int alias) {
    out.put(topic, alias);
  }

  /** The message with its topic, whatever stood for it. */
  Publish resolved(Publish publish) {
    int alias = (int) publish.properties().number(PropertyId.TOPIC_ALIAS, 0);
    if (alias == 0) {
      if (publish.topic().isNone()) {
        throw new ProtocolErrorException(
            ReasonCode.PROTOCOL_ERROR, "3.3.2.1", "a message has neither a topic nor an alias");
      }
      return publish;
    }
    if (alias > inMax) {
      throw new ProtocolErrorException(
          ReasonCode.TOPIC_ALIAS_INVALID, "MQTT-3.1.2-27", "an alias is above the maximum");
    }
    if (!publish.topic().isNone()) {
      if (in.length == 0) {
        in = new @Nullable TopicName[inMax + 1];
      }
      in[alias] = publish.topic();
      return publish;
    }
    TopicName topic = in.length == 0 ? null : in[alias];
    if (topic == null) {
      throw new ProtocolErrorException(
          ReasonCode.PROTOCOL_ERROR, "3.3.2.3.4", "an alias stands for no topic");
    }
    return with(publish, topic, publish.properties());
  }

  /** The properties of a message with an alias. */
  Properties with(Properties properties, int alias) {
    if (!properties.isEmpty()) {
      return properties.toBuilder().set(PropertyId.TOPIC_ALIAS, alias).build();
    }
    if (alone.length == 0) {
      alone = new @Nullable Properties[outMax + 1];
    }
    Properties made = alone[alias];
    if (made == null) {
      made = Properties.builder().set(PropertyId.TOPIC_ALIAS, alias).build();
      alone[alias] = made;
    }
    return made;
  }

  /** The message with another topic and other properties. */
  static Publish with(Publish publish, TopicName topic, Properties properties) {
    return new Publish(
        publish.dup(),
        publish.qos(),
        publish.retain(),
        topic,
        publish.packetId(),
        properties,
        publish.payload());
  }
}
