package io.whimbrel.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import java.util.regex.Pattern;

/**
 * Keeps an event on its line. A stack trace becomes part of it, and text that came from a client
 * can neither begin a line of its own nor speak to the terminal.
 */
public final class OneLine extends CompositeConverter<ILoggingEvent> {
  private static final Pattern BREAKS = Pattern.compile("\\s*\\R\\s*");
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  @Override
  protected String transform(ILoggingEvent event, String text) {
    String line = BREAKS.matcher(text.strip()).replaceAll(" | ");
    return UNSEEN.matcher(line).replaceAll("?");
  }
}
