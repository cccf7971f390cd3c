package io.whimbrel.server.config;

/**
 * A configuration together with what it was made of.
 *
 * @param config for the broker
 * @param settings for people: every value with where it came from
 */
public record EffectiveConfig(ServerConfig config, Settings settings) {}
