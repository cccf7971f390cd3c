package io.whimbrel.server.config;

import java.util.Map;

/**
 * A configuration together with what it was made of.
 *
 * @param config for the broker
 * @param settings for people: every value with where it came from
 */
public record EffectiveConfig(ServerConfig config, Settings settings) {

  /**
   * The defaults with some keys set, for whoever embeds a broker.
   *
   * @param values texts by key, such as {@code listeners.tcp-port} to {@code any}
   */
  public static EffectiveConfig of(Map<String, String> values) throws ConfigException {
    ConfigReader reader = new ConfigReader();
    values.forEach((key, text) -> reader.flag(key, key, text));
    return reader.finish();
  }
}
