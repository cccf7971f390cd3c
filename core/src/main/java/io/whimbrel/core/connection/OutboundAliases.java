package io.whimbrel.core.connection;

import io.whimbrel.codec.TopicName;
import java.util.HashMap;
import java.util.Map;

/**
 * The Topic Aliases we set towards a client: the first topics it is sent get them [MQTT-3.3.2-11].
 * Valid for the connection, owned by its shard.
 */
final class OutboundAliases {
  private final int maximum;
  private final Map<TopicName, Integer> aliases;

  /**
   * @param maximum zero: none are used [MQTT-3.1.2-27]
   */
  OutboundAliases(int maximum) {
    this.maximum = maximum;
    this.aliases = maximum == 0 ? Map.of() : new HashMap<>();
  }

  /** The alias the client knows for a topic, or 0. */
  int known(TopicName topic) {
    return maximum == 0 ? 0 : aliases.getOrDefault(topic, 0);
  }

  /** The alias a new topic would get, or 0 where none is left. */
  int next() {
    return aliases.size() < maximum ? aliases.size() + 1 : 0;
  }

  /** The client was told of {@link #next}. */
  void assign(TopicName topic) {
    aliases.put(topic, aliases.size() + 1);
  }
}
