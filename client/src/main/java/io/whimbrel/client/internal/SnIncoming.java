package io.whimbrel.client.internal;

import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnMessage;

/**
 * A message that came over MQTT-SN.
 *
 * @param name NONE where only its pre-defined id is known
 * @param publish as it came
 * @param connection over which connection of the session it came, counted from 1
 */
public record SnIncoming(TopicName name, SnMessage.Publish publish, int connection) {}
