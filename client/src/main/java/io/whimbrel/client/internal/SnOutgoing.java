package io.whimbrel.client.internal;

import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnTopic;

/**
 * A message to be published over MQTT-SN. The payload is never changed.
 *
 * @param name NONE where an id says where it goes
 * @param given that id, which both sides know; else NONE
 * @param qos 0, 1 or 2; or -1, without a connection
 */
public record SnOutgoing(
    TopicName name, SnTopic given, int qos, boolean retain, byte[] payload, SnAnswer answer) {
  SnMessage.Publish as(SnTopic topic, int messageId, boolean again) {
    return new SnMessage.Publish(again, qos, retain, topic, qos > 0 ? messageId : 0, payload);
  }
}
