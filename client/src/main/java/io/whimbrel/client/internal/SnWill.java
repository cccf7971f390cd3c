package io.whimbrel.client.internal;

import io.whimbrel.codec.TopicName;

/** What the gateway publishes when the client is lost (6.3). The payload is never changed. */
public record SnWill(TopicName topic, byte[] payload, int qos, boolean retain) {}
