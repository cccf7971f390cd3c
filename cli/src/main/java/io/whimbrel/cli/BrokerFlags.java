package io.whimbrel.cli;

import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ConfigMistake;
import io.whimbrel.server.config.ConfigReader;
import io.whimbrel.server.config.EffectiveConfig;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a command line says to {@code whimbrel broker}. */
final class BrokerFlags {
  static final String CONFIG_FILE = "whimbrel.yaml";

  /** Stands for the value of a switch. */
  static final String SET = "set";

  private final Map<BrokerFlag, List<String>> values = new EnumMap<>(BrokerFlag.class);

  /**
   * Reads words that need no explaining: known flags, each with its value, nothing twice. Null
   * where there is anything else, a call for help or a mistake: then picocli reads them, which
   * knows what to say, and takes as long as all the rest of a start.
   *
   * @param from where the first flag is
   */
  static @Nullable BrokerFlags plain(String[] words, int from) {
    BrokerFlags flags = new BrokerFlags();
    for (int i = from; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      BrokerFlag flag = named(equals < 0 ? words[i] : words[i].substring(0, equals));
      if (flag == null || (flags.values.containsKey(flag) && !flag.mayBeRepeated())) {
        return null;
      }
      if (flag.isSwitch()) {
        if (equals >= 0) {
          return null;
        }
        flags.add(flag, SET);
        continue;
      }
      if (equals < 0 && ++i == words.length) {
        return null;
      }
      String value = equals < 0 ? words[i] : words[i].substring(equals + 1);
      if (value.isEmpty() || "-@\"'".indexOf(value.charAt(0)) >= 0) {
        return null;
      }
      flags.add(flag, value);
    }
    return flags;
  }

  private static @Nullable BrokerFlag named(String word) {
    for (BrokerFlag flag : BrokerFlag.values()) {
      if (flag.word().equals(word)) {
        return flag;
      }
    }
    return null;
  }

  void add(BrokerFlag flag, String value) {
    values.computeIfAbsent(flag, f -> new ArrayList<>(1)).add(value);
  }

  /**
   * The configuration they make with all other sources.
   *
   * @param environment variables by name
   * @param directory where {@link #CONFIG_FILE} is looked for
   */
  EffectiveConfig read(Map<String, String> environment, Path directory) throws ConfigException {
    Path usual = directory.resolve(CONFIG_FILE);
    return read(environment, Files.exists(usual) ? Optional.of(usual) : Optional.empty());
  }

  /**
   * The same with a file that has to be there, unless a flag names another.
   *
   * @param usual empty where there is none
   */
  EffectiveConfig read(Map<String, String> environment, Optional<Path> usual)
      throws ConfigException {
    ConfigReader reader = new ConfigReader();
    List<String> asked = of(BrokerFlag.CONFIG);
    if (!asked.isEmpty()) {
      file(reader, asked.get(0));
    } else {
      usual.ifPresent(reader::file);
    }
    reader.environment(environment);
    for (BrokerFlag flag : values.keySet()) {
      for (String value : of(flag)) {
        tell(reader, flag, value);
      }
    }
    return reader.finish();
  }

  /** Whether {@code --config} is there. */
  boolean nameAFile() {
    return !of(BrokerFlag.CONFIG).isEmpty();
  }

  /** The file of {@code --config}; known to be a name of this system once it was read. */
  Optional<Path> file() {
    return of(BrokerFlag.CONFIG).stream().findFirst().map(Path::of);
  }

  private static void file(ConfigReader reader, String name) {
    try {
      reader.file(Path.of(name));
    } catch (InvalidPathException e) {
      String problem = "found '" + name + "', allowed: a file name of this system";
      reader.mistake(new ConfigMistake("flag --config", "", problem));
    }
  }

  private List<String> of(BrokerFlag flag) {
    return values.getOrDefault(flag, List.of());
  }

  private static void tell(ConfigReader reader, BrokerFlag flag, String value) {
    switch (flag) {
      case CONFIG -> {}
      case DURABILITY -> reader.flag(flag.word(), ConfigReader.DURABILITIES, value);
      case LIMIT -> limit(reader, value);
      case REQUIRE_CLIENT_CERT -> reader.flag(flag.word(), flag.key(), "required");
      default -> reader.flag(flag.word(), flag.key(), value);
    }
  }

  private static void limit(ConfigReader reader, String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      String problem = "found '" + text + "', allowed: KEY=VALUE, as in slice-max=1000";
      reader.mistake(new ConfigMistake("flag --limit", "", problem));
    } else {
      reader.flag("--limit", "limits." + text.substring(0, equals), text.substring(equals + 1));
    }
  }
}
