package io.whimbrel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;
import picocli.CommandLine.Help.Ansi;

/**
 * One line per event: when, how bad, who, what. A stack trace becomes part of it, and text that
 * came from a client can neither begin a line of its own nor speak to the terminal. Warnings and
 * errors have a colour where a person watches.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);
  private static final Pattern BREAKS = Pattern.compile("\\s*\\R\\s*");
  private static final int LEVEL_WIDTH = 5;
  private static final int LOGGER_WIDTH = 16;

  private final ZoneId zone;
  private final BooleanSupplier coloured;

  /**
   * @param coloured whether a person watches; asked when there is something to colour
   */
  LogLine(ZoneId zone, BooleanSupplier coloured) {
    this.zone = zone;
    this.coloured = coloured;
  }

  /** As this process writes it. */
  static LogLine here() {
    return new LogLine(ZoneId.systemDefault(), () -> Ansi.AUTO.enabled());
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone), line);
    line.append(' ');
    level(event.getLevel(), line);
    line.append(' ');
    String logger = event.getLoggerName();
    padded(logger.substring(logger.lastIndexOf('.') + 1), LOGGER_WIDTH, line);
    line.append(' ').append(oneLine(said(event))).append(System.lineSeparator());
    return line.toString();
  }

  private void level(Level level, StringBuilder line) {
    if (!level.isGreaterOrEqual(Level.WARN) || !coloured.getAsBoolean()) {
      padded(level.toString(), LEVEL_WIDTH, line);
      return;
    }
    line.append(level.isGreaterOrEqual(Level.ERROR) ? "\u001b[31m" : "\u001b[33m");
    padded(level.toString(), LEVEL_WIDTH, line);
    line.append("\u001b[0m");
  }

  private static void padded(String text, int width, StringBuilder line) {
    line.append(text).append(" ".repeat(Math.max(0, width - text.length())));
  }

  private static String said(ILoggingEvent event) {
    StringBuilder text = new StringBuilder().append(event.getFormattedMessage()); // or null
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        text.append(' ').append(pair.key).append("=\"").append(pair.value).append('"');
      }
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      text.append('\n').append(ThrowableProxyUtil.asString(thrown));
    }
    return text.toString();
  }

  private static String oneLine(String text) {
    return Printable.text(BREAKS.matcher(text.strip()).replaceAll(" | "));
  }
}
