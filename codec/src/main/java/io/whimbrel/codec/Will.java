package io.whimbrel.codec;

/**
 * The Will of a CONNECT (3.1.2.5, 3.1.3.2): what is published when the client is lost.
 *
 * @param properties the Will Properties of 5.0, NONE in 3.x
 * @param payload never changed after construction
 */
public record Will(
    TopicName topic, byte[] payload, Qos qos, boolean retain, Properties properties) {}
