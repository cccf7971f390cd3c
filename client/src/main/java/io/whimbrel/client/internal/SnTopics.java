package io.whimbrel.client.internal;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Utf8;
import io.whimbrel.codec.sn.SnTopic;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What two octets stand for between a client and its gateway (5.3.11): ids that were registered
 * either way, ids that both know, and names of two octets. Of more than may be remembered, the one
 * that was of no use for the longest time is forgotten: it is registered again. Owned by its
 * session.
 *
 * <p>A gateway that was started again gives ids anew. So a client that connects registers again
 * what it publishes to, and remembers only what messages to it are named by.
 */
final class SnTopics {
  private static final int ID_MAX = 0xFFFE; // 0x0000 and 0xFFFF are reserved (5.3.11)
  private static final int SHORT_OCTETS = 2;

  private final Map<Integer, TopicName> predefined;
  private final Map<TopicName, Integer> predefinedIds = new HashMap<>();
  private final int most;
  private final LinkedHashMap<Integer, TopicName> names = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<TopicName, Integer> ids = new HashMap<>();

  SnTopics(Map<Integer, TopicName> predefined, int most) {
    this.predefined = predefined;
    this.most = most;
    predefined.forEach((id, name) -> predefinedIds.put(name, id));
  }

  /** Whether an id can be given to a topic. */
  static boolean isId(int id) {
    return id > 0 && id <= ID_MAX;
  }

  /** A connection begins; a clean one knows no ids. */
  void connected(boolean clean) {
    ids.clear();
    if (clean) {
      names.clear();
    }
  }

  /** The topic; NONE for a pre-defined id without a name, null where that stands for nothing. */
  @Nullable TopicName name(SnTopic topic) {
    return switch (topic.kind()) {
      case NORMAL -> names.get(topic.value());
      case PREDEFINED ->
          isId(topic.value()) ? predefined.getOrDefault(topic.value(), TopicName.NONE) : null;
      case SHORT -> read(topic.octets());
    };
  }

  static @Nullable TopicName read(byte[] name) {
    try {
      return Utf8.isValid(name, 0, name.length) ? TopicName.read(name, 0, name.length) : null;
    } catch (ProtocolErrorException none) {
      return null;
    }
  }

  /** What stands for a topic without being registered, or null. */
  @Nullable SnTopic fixed(TopicName topic) {
    Integer both = predefinedIds.get(topic);
    if (both != null) {
      return SnTopic.predefined(both);
    }
    return topic.utf8().length == SHORT_OCTETS ? SnTopic.shortName(topic.utf8()) : null;
  }

  /** What the gateway is told instead of a topic, or null where it has to be registered first. */
  @Nullable SnTopic known(TopicName topic) {
    SnTopic fixed = fixed(topic);
    if (fixed != null) {
      return fixed;
    }
    Integer id = ids.get(topic);
    if (id == null) {
      return null;
    }
    names.get(id); // it is of use
    return SnTopic.normal(id);
  }

  /** What the gateway is told instead of a filter, or NONE where it is told the filter. */
  SnTopic knownFilter(TopicFilter filter) {
    TopicName name = filter.hasWildcard() || filter.isShared() ? null : read(filter.utf8());
    SnTopic fixed = name == null ? null : fixed(name);
    return fixed == null ? SnTopic.NONE : fixed;
  }

  /** From here on this id stands for this topic, and for no other. */
  void learn(int id, TopicName topic) {
    TopicName before = names.put(id, topic);
    if (before != null && !before.equals(topic)) {
      ids.remove(before, id);
    }
    ids.put(topic, id);
    if (names.size() > most) {
      forget(names.keySet().iterator().next());
    }
  }

  /** The other side does not know this id. */
  void forget(int id) {
    TopicName topic = names.remove(id);
    if (topic != null) {
      ids.remove(topic, id);
    }
  }

  int size() {
    return names.size();
  }
}
