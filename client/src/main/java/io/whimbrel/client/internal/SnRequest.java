package io.whimbrel.client.internal;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnTopic;
import org.jspecify.annotations.Nullable;

/**
 * A SUBSCRIBE or UNSUBSCRIBE of MQTT-SN that somebody waits for.
 *
 * @param filter null where a pre-defined id stands for it
 * @param given that id; else NONE
 * @param qos what is asked for; -1 to unsubscribe
 */
public record SnRequest(@Nullable TopicFilter filter, SnTopic given, int qos, SnAnswer answer) {
  private static final byte[] NOTHING = {};

  boolean subscribes() {
    return qos >= 0;
  }

  SnMessage message(SnTopics topics, int messageId, boolean again) {
    SnTopic topic = filter == null ? given : topics.knownFilter(filter);
    byte[] name = filter == null || topic.kind() != SnTopic.Kind.NORMAL ? NOTHING : filter.utf8();
    return subscribes()
        ? new SnMessage.Subscribe(again, qos, messageId, topic, name)
        : new SnMessage.Unsubscribe(messageId, topic, name);
  }

  /** The topic whose id a SUBACK names, or NONE where it is no single one. */
  TopicName topic() {
    TopicFilter wanted = filter;
    if (wanted == null || wanted.hasWildcard()) {
      return TopicName.NONE;
    }
    byte[] name = wanted.isShared() ? wanted.inner() : wanted.utf8();
    return TopicName.read(name, 0, name.length);
  }
}
