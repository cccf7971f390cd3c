package io.whimbrel.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The text of every key with where it came from; each text is one its key allows. Immutable. */
public final class Settings {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9./][A-Za-z0-9./_-]*");
  private static final Set<String> SPOKEN_FOR = Set.of("null", "yes", "no", "on", "off", "y", "n");

  /** One key's text and where it came from. */
  record Setting(String text, Origin origin) {}

  private final Map<String, Setting> byPath;

  Settings(Map<String, Setting> given) {
    Map<String, Setting> all = new HashMap<>();
    for (ConfigKey<?> key : ConfigKeys.all()) {
      all.put(key.path(), new Setting(key.defaultText(), Origin.DEFAULT));
    }
    all.putAll(given);
    byPath = Map.copyOf(all);
  }

  /** The defaults alone. */
  public static Settings defaults() {
    return new Settings(Map.of());
  }

  /** The names of the links of MQTT-SN, also of those that are off. */
  Set<String> links() {
    return names(SnLinkKeys.LINKS);
  }

  /** The names that were given to sections. */
  Set<String> names(NamedKeys named) {
    return named.names(byPath.keySet());
  }

  /** All keys, those of its named sections too, in their order. */
  List<ConfigKey<?>> keys() {
    List<ConfigKey<?>> keys = new ArrayList<>(ConfigKeys.all());
    for (NamedKeys named : ConfigKeys.named()) {
      names(named).forEach(name -> keys.addAll(named.of(name)));
    }
    return keys;
  }

  /** What holds for a link: what it says itself, else what is said of all. */
  <T> T ofLink(String link, ConfigKey<T> shared) {
    Setting own = byPath.get(SnLinkKeys.path(link, shared));
    return own == null || own.text.equals(SnLinkKeys.INHERITED)
        ? value(shared)
        : shared.kind().read(own.text).orElseThrow();
  }

  /** Whether a link says something of its own. */
  boolean isSaidOfLink(String link, ConfigKey<?> shared) {
    Setting own = byPath.get(SnLinkKeys.path(link, shared));
    return own != null && !own.text.equals(SnLinkKeys.INHERITED);
  }

  <T> T value(ConfigKey<T> key) {
    return key.kind()
        .read(setting(key).text)
        .orElseThrow(() -> new IllegalStateException("unchecked value of " + key.path()));
  }

  Origin origin(ConfigKey<?> key) {
    return setting(key).origin;
  }

  /** What these settings become by another reading where a running broker takes that on. */
  Settings takingOn(Settings read) {
    Map<String, Setting> merged = new HashMap<>();
    for (ConfigKey<?> key : keys()) {
      merged.put(key.path(), key.isLive() ? read.setting(key) : setting(key));
    }
    return new Settings(merged);
  }

  /** The text to show for a key. */
  String shown(ConfigKey<?> key) {
    return key.shown(setting(key).text);
  }

  /** Whether a key has the value that it has where nobody says otherwise. */
  boolean isDefault(ConfigKey<?> key) {
    return key.kind().canonical(setting(key).text).equals(key.kind().canonical(key.defaultText()));
  }

  /** Whether it says the same of a key. */
  boolean agrees(ConfigKey<?> key, Settings other) {
    String text = key.kind().canonical(setting(key).text);
    return text.equals(key.kind().canonical(other.setting(key).text));
  }

  /** A file that sets every key to what it is now, each with a comment where that came from. */
  public String toYaml() {
    StringBuilder yaml = new StringBuilder();
    String section = "";
    for (ConfigKey<?> key : keys()) {
      if (!key.section().equals(section)) {
        yaml.append(heading(section, key.section()));
      }
      section = key.section();
      yaml.append(indent(section)).append(key.name()).append(": ");
      yaml.append(scalar(shown(key)));
      yaml.append(" # ").append(ConfigMistake.oneLine(origin(key).place())).append('\n');
    }
    return yaml.toString();
  }

  /** The lines before the first key of a section; only links stand in two. */
  private static String heading(String before, String section) {
    StringBuilder lines = new StringBuilder();
    String above = "";
    for (String name : section.isEmpty() ? new String[0] : section.split("\\.")) {
      String path = above.isEmpty() ? name : above + "." + name;
      if (!before.equals(path) && !before.startsWith(path + ".")) {
        lines.append(indent(above)).append(name).append(":\n");
      }
      above = path;
    }
    return lines.toString();
  }

  private static String indent(String section) {
    return section.isEmpty() ? "" : "  ".repeat(section.split("\\.").length);
  }

  private static String scalar(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !SPOKEN_FOR.contains(text);
    return plain ? text : "'" + text.replace("'", "''") + "'";
  }

  private Setting setting(ConfigKey<?> key) {
    Setting setting = byPath.get(key.path());
    if (setting == null
        && ConfigKeys.named().stream().anyMatch(named -> !named.name(key.path()).isEmpty())) {
      return new Setting(key.defaultText(), Origin.DEFAULT);
    }
    if (setting == null) {
      throw new IllegalStateException("no key of the table: " + key.path());
    }
    return setting;
  }
}
