package io.whimbrel.core.routing;

/**
 * Names one life of a session. The incarnation is never used again, over restarts included, so that
 * whatever still points to a dead one is void.
 *
 * @param clientId the Client Identifier [MQTT-3.1.3-2]
 * @param incarnation from 1, unique in the broker
 */
public record SessionKey(String clientId, long incarnation) {}
