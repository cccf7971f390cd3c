package io.whimbrel.spi;

import java.util.Map;

/** What authenticators and authorizers have in common. */
public interface Plugin {
  /**
   * What it is called in the configuration, and what messages say that tell how their sender was
   * found out: lower-case letters, digits and hyphens.
   */
  String name();

  /**
   * Called once, before the first question; what it throws keeps the broker from starting.
   *
   * @param settings the content of {@code auth.plugin-settings}
   */
  default void start(Map<String, String> settings) throws Exception {}

  /** Called once, behind the last question. */
  default void stop() {}
}
