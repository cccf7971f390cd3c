package io.whimbrel.server.config;

import java.util.Locale;

/**
 * One key of the configuration.
 *
 * @param path section and name, joined by a dot
 * @param defaultText what it is where nobody says otherwise
 * @param meaning one sentence for whoever sets it
 * @param secret whether its value is shown to nobody
 * @param effect what a change reaches while the broker runs
 */
record ConfigKey<T>(
    String path,
    ValueKind<T> kind,
    String defaultText,
    String meaning,
    boolean secret,
    Effect effect) {

  /** What a change reaches while the broker runs. */
  enum Effect {
    /** Everything, from the next packet or event on. */
    AT_ONCE("at once"),
    /** Who connects from then on; others keep what they were given. */
    NEW_CONNECTIONS("new connections"),
    /** Nothing before the next start. */
    RESTART("restart");

    private final String words;

    Effect(String words) {
      this.words = words;
    }

    /** As people read it. */
    String words() {
      return words;
    }
  }

  /** What a secret is shown as. */
  static final String MASK = "********";

  ConfigKey {
    if (kind.read(defaultText).isEmpty()) {
      throw new IllegalArgumentException(path + ": default " + defaultText + " is not allowed");
    }
  }

  /** The section it stands in, with those around it; empty for a key of its own. */
  String section() {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  /** The name inside its section. */
  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The environment variable that sets it. */
  String variable() {
    return "WHIMBREL_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The same key at another place. */
  ConfigKey<T> at(String otherPath) {
    return new ConfigKey<>(otherPath, kind, defaultText, meaning, secret, effect);
  }

  /** Whether a running broker takes a change on. */
  boolean isLive() {
    return effect != Effect.RESTART;
  }

  /** The text to show for a value of this key. */
  String shown(String text) {
    return secret && !text.isEmpty() ? MASK : kind.canonical(text);
  }
}
