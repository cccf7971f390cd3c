package io.whimbrel.codec;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The Will of a CONNECT (3.1.2.5, 3.1.3.2): what is published when the client is lost.
 *
 * @param properties the Will Properties of 5.0, NONE in 3.x
 * @param payload never changed after construction
 */
public record Will(
    TopicName topic, byte[] payload, Qos qos, boolean retain, Properties properties) {
  /** The same content. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Will that
        && topic.equals(that.topic)
        && qos == that.qos
        && retain == that.retain
        && properties.equals(that.properties)
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return Objects.hash(topic, qos, retain, properties, Arrays.hashCode(payload));
  }

  /** Without the payload, of which only the length is shown. */
  @Override
  public String toString() {
    return "Will[topic="
        + topic
        + ", qos="
        + qos
        + ", retain="
        + retain
        + ", properties="
        + properties
        + ", payload="
        + payload.length
        + " bytes]";
  }
}
