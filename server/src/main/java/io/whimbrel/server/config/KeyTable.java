package io.whimbrel.server.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The keys of some sections, each registered where it is declared. */
final class KeyTable {
  /** The largest Remaining Length there is (2.1.4). */
  static final long PACKET_SIZE_WALL = 268_435_455;

  /** Stands for a value that is worked out at start. */
  static final long AUTO = 0;

  private final List<ConfigKey<?>> keys = new ArrayList<>();

  /** A key whose change needs a restart. */
  <T> ConfigKey<T> key(String path, ValueKind<T> kind, String defaultText, String meaning) {
    return key(path, kind, defaultText, meaning, ConfigKey.Effect.RESTART);
  }

  /** A key that says what a change reaches. */
  <T> ConfigKey<T> key(
      String path, ValueKind<T> kind, String defaultText, String meaning, ConfigKey.Effect effect) {
    ConfigKey<T> key = new ConfigKey<>(path, kind, defaultText, meaning, false, effect);
    keys.add(key);
    return key;
  }

  ConfigKey<String> secret(String path, String meaning, ConfigKey.Effect effect) {
    ConfigKey<String> key = new ConfigKey<>(path, ValueKind.text(), "", meaning, true, effect);
    keys.add(key);
    return key;
  }

  /** In the order of their declaration. */
  List<ConfigKey<?>> all() {
    return Collections.unmodifiableList(keys);
  }
}
