package io.whimbrel.cli;

import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the configuration of this process comes from, again and again: the file, the environment,
 * the flags. A {@code whimbrel.yaml} that was read once has to be there from then on: without it
 * everything would fall back to the defaults because somebody moved a file. Used by one thread at a
 * time.
 */
final class BrokerSource implements ConfigSource {
  private final BrokerFlags flags;
  private final Map<String, String> environment;
  private final Path usual;
  private boolean usualIsRead;

  /**
   * @param directory where {@link BrokerFlags#CONFIG_FILE} is looked for
   */
  BrokerSource(BrokerFlags flags, Map<String, String> environment, Path directory) {
    this.flags = flags;
    this.environment = environment;
    this.usual = directory.resolve(BrokerFlags.CONFIG_FILE);
  }

  @Override
  public EffectiveConfig read() throws ConfigException {
    usualIsRead = usualIsRead || (!flags.nameAFile() && Files.exists(usual));
    return flags.read(environment, usualIsRead ? Optional.of(usual) : Optional.empty());
  }

  @Override
  public List<Path> files() {
    return flags.file().or(() -> usualIsRead ? Optional.of(usual) : Optional.empty()).stream()
        .toList();
  }

  @Override
  public void log(ServerConfig.Log log) {
    Logging.start(log);
  }
}
