package io.whimbrel.server.config;

import static io.whimbrel.server.config.ConfigMistake.quoted;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Gathers a configuration from its sources. What is told later beats what was told earlier; within
 * one source a key is said once. Mistakes are gathered as well, so that all of them can be mended
 * at once; {@link #finish} throws them. Owned by the one that made it, used once.
 */
public final class ConfigReader {
  private static final Pattern PREFIX = Pattern.compile("WHIMBREL_.*", Pattern.DOTALL);
  private static final int HINTED_MAX = 100;
  private static final Set<String> NOT_KEYS =
      Set.of("WHIMBREL_JAVA", "WHIMBREL_JAVA_OPTS", "WHIMBREL_HOME");

  /** The keys of the level of each listener. */
  public static final List<String> DURABILITIES =
      List.of(
          ListenerKeys.TCP_DURABILITY.path(),
          ListenerKeys.WEBSOCKET_DURABILITY.path(),
          SnKeys.SN_DURABILITY.path());

  private final Map<String, Settings.Setting> given = new HashMap<>();
  private final Set<String> flagged = new HashSet<>();
  private final Set<String> broken = new HashSet<>();
  private final List<ConfigMistake> mistakes = new ArrayList<>();

  /** Reads a YAML file. */
  public void file(Path file) {
    Map<String, Origin> seen = new HashMap<>();
    for (ConfigFile.Entry entry : ConfigFile.read(file)) {
      Origin origin = entry.origin();
      Optional<ConfigKey<?>> key = ConfigKeys.find(entry.path());
      if (entry.shape() == ConfigFile.Shape.MISTAKE) {
        mistakes.add(new ConfigMistake(origin.place(), entry.path(), entry.text()));
        broken.add(entry.path());
        continue;
      }
      if (key.isEmpty()) {
        mistakes.add(unknown(origin, entry.path()));
        continue;
      }
      Origin earlier = seen.putIfAbsent(entry.path(), origin);
      if (earlier != null) {
        String problem = "said twice, first at " + earlier.place() + "; keep one of them";
        mistakes.add(new ConfigMistake(origin.place(), entry.path(), problem));
        broken.add(entry.path());
      } else if (entry.shape() == ConfigFile.Shape.SCALAR) {
        set(key.get(), entry.text(), origin);
      } else {
        refuse(key.get(), entry.text(), origin);
      }
    }
  }

  /** Reads the variables that begin with {@code WHIMBREL_}. */
  public void environment(Map<String, String> variables) {
    Map<String, ConfigKey<?>> keys = new HashMap<>();
    ConfigKeys.all().forEach(key -> keys.put(key.variable(), key));
    for (Map.Entry<String, String> variable : new TreeMap<>(variables).entrySet()) {
      String name = variable.getKey();
      if (!PREFIX.matcher(name).matches() || NOT_KEYS.contains(name)) {
        continue;
      }
      ConfigKey<?> key = keys.get(name);
      if (key == null) {
        key =
            ConfigKeys.named().stream()
                .map(named -> named.ofVariable(name))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
      }
      if (key != null) {
        set(key, variable.getValue(), Origin.environment(name));
      } else {
        // Not its value: the variable may be somebody's secret.
        String problem = "no such variable" + Closest.hint(name, keys.keySet());
        mistakes.add(new ConfigMistake(Origin.environment(name).place(), "", problem));
      }
    }
  }

  /**
   * Takes a value of the command line.
   *
   * @param flag what was typed, for messages
   */
  public void flag(String flag, String path, String text) {
    Origin origin = Origin.flag(flag);
    Optional<ConfigKey<?>> key = ConfigKeys.find(path);
    if (key.isEmpty()) {
      mistakes.add(unknown(origin, path));
    } else if (!flagged.add(path)) {
      mistakes.add(new ConfigMistake(origin.place(), path, "said twice; keep one of them"));
    } else {
      set(key.get(), text, origin);
    }
  }

  /** Takes a value of the command line that is meant for several keys alike. */
  public void flag(String flag, List<String> paths, String text) {
    int before = mistakes.size();
    for (String path : paths) {
      if (mistakes.size() == before) { // what is wrong for one is wrong for all
        flag(flag, path, text);
      }
    }
  }

  /** Notes a mistake that somebody else saw. */
  public void mistake(ConfigMistake mistake) {
    mistakes.add(mistake);
  }

  /** The configuration of all sources, over the defaults. */
  public EffectiveConfig finish() throws ConfigException {
    Settings settings = new Settings(given);
    mistakes.addAll(new ConfigRules(settings, Set.copyOf(broken)).check());
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
    return new EffectiveConfig(new ServerConfigBuilder(settings).build(), settings);
  }

  private void set(ConfigKey<?> key, String text, Origin origin) {
    if (key.kind().read(text).isPresent()) {
      given.put(key.path(), new Settings.Setting(text, origin));
    } else {
      refuse(key, quoted(text), origin);
    }
  }

  private void refuse(ConfigKey<?> key, String found, Origin origin) {
    broken.add(key.path());
    String shown = key.secret() ? "a value that is not shown" : found;
    String problem = "found " + shown + ", allowed: " + key.kind().allowed();
    mistakes.add(new ConfigMistake(origin.place(), key.path(), problem));
  }

  private ConfigMistake unknown(Origin origin, String path) {
    for (NamedKeys named : ConfigKeys.named()) {
      if (named.isMisnamed(path)) {
        String problem = "found " + quoted(path) + ", allowed: " + NamedKeys.NAMES;
        return new ConfigMistake(origin.place(), named.section(), problem);
      }
    }
    boolean helps = mistakes.size() < HINTED_MAX; // else it is no configuration, or not ours
    String problem = "no such key" + (helps ? Closest.hint(path, names(path)) : "");
    return new ConfigMistake(origin.place(), quoted(path), problem);
  }

  private static List<String> names(String near) {
    List<String> names = new ArrayList<>(ConfigKeys.names());
    for (NamedKeys named : ConfigKeys.named()) {
      String name = named.name(near);
      if (!name.isEmpty()) {
        named.of(name).forEach(key -> names.add(key.path()));
      }
    }
    return names;
  }
}
