package io.whimbrel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.whimbrel.server.config.ServerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of {@code logback.xml} depends on the configuration: how much is said. */
final class Logging {
  private static final String OURS = "io.whimbrel";

  private Logging() {}

  /** Sets our level; libraries speak up when something is wrong, or not even then. */
  static void start(ServerConfig.Log log) {
    Level level = Level.toLevel(log.level().name());
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(OURS).setLevel(level);
    boolean quiet = level.isGreaterOrEqual(Level.ERROR);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(quiet ? Level.ERROR : Level.WARN);
  }
}
