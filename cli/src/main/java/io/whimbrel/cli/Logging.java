package io.whimbrel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import io.whimbrel.server.config.ServerConfig;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How events are logged: on standard output, a {@link LogLine} each. Said here and not in a file,
 * because reading one would take a third of a start; whoever wants something else names a file of
 * Logback's by {@code -Dlogback.configurationFile}. Logback finds and calls this.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String OURS = "io.whimbrel";
  private static final String ANOTHER = "logback.configurationFile";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty(ANOTHER) != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    context.getStatusManager().add(new NopStatusListener());
    LogLine layout = LogLine.here();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setEncoder(encoder);
    console.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
    levels(context, Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Sets our level; libraries speak up when something is wrong, or not even then. */
  static void start(ServerConfig.Log log) {
    if (System.getProperty(ANOTHER) != null) {
      return; // that file says it all
    }
    levels((LoggerContext) LoggerFactory.getILoggerFactory(), Level.toLevel(log.level().name()));
  }

  private static void levels(LoggerContext context, Level ours) {
    context.getLogger(OURS).setLevel(ours);
    boolean quiet = ours.isGreaterOrEqual(Level.ERROR);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(quiet ? Level.ERROR : Level.WARN);
  }
}
