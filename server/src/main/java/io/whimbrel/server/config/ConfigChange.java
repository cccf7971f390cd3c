package io.whimbrel.server.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What another reading of the configuration makes of the one in force: keys that a running broker
 * takes on have their new values, all others the old ones. Immutable.
 *
 * @param next what is to be in force
 * @param applied a line for each key that has another value in it
 * @param awaiting a line for each key whose new value needs a restart
 */
public record ConfigChange(EffectiveConfig next, List<String> applied, List<String> awaiting) {
  /**
   * Compares a reading with what is in force.
   *
   * @throws ConfigException what would be in force cannot be run: new values contradict old ones
   *     that only a restart would change
   */
  public static ConfigChange of(EffectiveConfig inForce, EffectiveConfig read)
      throws ConfigException {
    Settings old = inForce.settings();
    List<String> applied = new ArrayList<>();
    List<String> awaiting = new ArrayList<>();
    Set<ConfigKey<?>> keys = new LinkedHashSet<>(old.keys());
    keys.addAll(read.settings().keys());
    for (ConfigKey<?> key : keys) {
      if (old.agrees(key, read.settings())) {
        continue;
      }
      String was = old.shown(key);
      String is = read.settings().shown(key);
      String place = ConfigMistake.oneLine(read.settings().origin(key).place());
      if (key.isLive()) {
        applied.add(key.path() + ": " + was + " became " + is + " (" + place + ")");
      } else {
        awaiting.add(
            key.path() + ": " + was + " stays, " + is + " (" + place + ") needs a restart");
      }
    }
    if (applied.isEmpty()) {
      return new ConfigChange(inForce, List.of(), List.copyOf(awaiting));
    }
    Settings merged = old.takingOn(read.settings());
    List<ConfigMistake> mistakes = new ConfigRules(merged, Set.of()).check();
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes.stream().map(ConfigChange::beforeRestart).toList());
    }
    EffectiveConfig next = new EffectiveConfig(new ServerConfigBuilder(merged).build(), merged);
    return new ConfigChange(next, List.copyOf(applied), List.copyOf(awaiting));
  }

  /** Alone the file is in order; what it says elsewhere needs a restart. */
  private static ConfigMistake beforeRestart(ConfigMistake mistake) {
    return new ConfigMistake(
        mistake.where(),
        mistake.key(),
        mistake.problem() + "; before a restart it cannot be taken on");
  }
}
