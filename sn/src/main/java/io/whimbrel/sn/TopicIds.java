package io.whimbrel.sn;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnTopic;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What two octets stand for between a gateway and one device (5.3.11): ids that were registered,
 * ids that both know, and names of two octets. An id is never given to another topic while it is
 * known. Owned by the device's shard.
 */
final class TopicIds {
  private static final int ID_MAX = 0xFFFE; // 0x0000 and 0xFFFF are reserved (5.3.11)

  private final Map<Integer, TopicName> predefined;
  private final Map<TopicName, Integer> predefinedIds;
  private final int most;

  // Most devices never register anything.
  private Map<Integer, TopicName> names = Collections.emptyMap();
  private Map<TopicName, Id> ids = Collections.emptyMap();
  private int last;
  private int lastRegister;

  /** An id, and whether the device is known to know it. */
  private record Id(int value, boolean confirmed) {}

  TopicIds(Map<Integer, TopicName> predefined, Map<TopicName, Integer> predefinedIds, int most) {
    this.predefined = predefined;
    this.predefinedIds = predefinedIds;
    this.most = most;
  }

  /** The topic, or null where that stands for none. */
  @Nullable TopicName name(SnTopic topic) {
    return switch (topic.kind()) {
      case NORMAL -> names.get(topic.value());
      case PREDEFINED -> predefined.get(topic.value());
      case SHORT -> shortName(topic);
    };
  }

  private static @Nullable TopicName shortName(SnTopic topic) {
    try {
      return TopicName.read(topic.octets(), 0, 2);
    } catch (ProtocolErrorException none) {
      return null;
    }
  }

  /** What the device is told instead of this topic, or null where it has to be told an id first. */
  @Nullable SnTopic known(TopicName topic) {
    Integer both = predefinedIds.get(topic);
    if (both != null) {
      return SnTopic.predefined(both);
    }
    if (topic.utf8().length == 2) {
      return SnTopic.shortName(topic.utf8());
    }
    Id id = ids.get(topic);
    return id != null && id.confirmed ? SnTopic.normal(id.value) : null;
  }

  /**
   * The id of a topic, which it is given now where it has none; 0 where there is no room.
   *
   * @param confirmed whether the device knows by this
   */
  int register(TopicName topic, boolean confirmed) {
    Id id = ids.get(topic);
    if (id == null) {
      if (names.size() >= most) {
        return 0;
      }
      id = new Id(next(), confirmed);
    }
    if (names.isEmpty()) {
      names = new HashMap<>();
      ids = new HashMap<>();
    }
    names.put(id.value, topic);
    ids.put(topic, new Id(id.value, id.confirmed || confirmed));
    return id.value;
  }

  private int next() {
    do {
      last = last >= ID_MAX ? 1 : last + 1;
    } while (names.containsKey(last));
    return last;
  }

  /** The message id of the next REGISTER to the device; all connections of a session count on. */
  int nextRegister() {
    lastRegister = lastRegister == 0xFFFF ? 1 : lastRegister + 1;
    return lastRegister;
  }

  /**
   * Where no id was given yet, begins somewhere in the range: the device of a session that goes on
   * may still say ids that were given before the broker was started, and are to mean nothing.
   */
  void beginElsewhere(long millis) {
    if (last == 0) {
      last = (int) Math.floorMod((millis * 0x9E3779B97F4A7C15L) >>> 17, (long) ID_MAX);
    }
  }

  /** The device has said that it knows this id. */
  void confirm(int id) {
    TopicName topic = names.get(id);
    if (topic != null) {
      ids.put(topic, new Id(id, true));
    }
  }

  /** The device does not know this id, or does not want it. */
  void forget(int id) {
    TopicName topic = names.get(id);
    if (topic != null) {
      names.remove(id);
      ids.remove(topic);
    }
  }

  /** A session that begins anew knows none. */
  void clear() {
    names = Collections.emptyMap();
    ids = Collections.emptyMap();
  }

  int size() {
    return names.size();
  }
}
