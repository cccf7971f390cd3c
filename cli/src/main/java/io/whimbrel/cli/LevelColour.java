package io.whimbrel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import picocli.CommandLine.Help.Ansi;

/** Colours warnings and errors, where a person watches a terminal. */
public final class LevelColour extends CompositeConverter<ILoggingEvent> {
  private static final boolean ON = Ansi.AUTO.enabled();

  @Override
  protected String transform(ILoggingEvent event, String text) {
    if (!ON || event.getLevel().toInt() < Level.WARN_INT) {
      return text;
    }
    String colour = event.getLevel().toInt() >= Level.ERROR_INT ? "\u001b[31m" : "\u001b[33m";
    return colour + text + "\u001b[0m";
  }
}
