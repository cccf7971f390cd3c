package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLineTest {
  private final LoggerContext context = new LoggerContext();

  @Test
  void anEventStaysOnItsLineWhateverAClientCallsItself() {
    String said = "client a\r\nINFO forged\u001b[2J\u202e";

    assertThat(written(event(Level.INFO, said, new IllegalStateException("x\ny")), false))
        .contains(" client a | INFO forged?[2J? | java.lang.IllegalStateException: x | y | at ")
        .hasLineCount(1);
  }

  @Test
  void anEventSaysWhenHowBadWhoAndWhat() {
    LoggingEvent event = event(Level.INFO, "client ä connected", null);
    event.addKeyValuePair(new KeyValuePair("loop", 2));

    assertThat(written(event, true))
        .isEqualTo("2026-01-02T03:04:05.678Z INFO  clients          client ä connected loop=\"2\"");
  }

  @Test
  void anEventThatSaysNothingIsStillTold() {
    assertThat(written(event(Level.WARN, null, new IllegalStateException("x")), false))
        .contains(" null | java.lang.IllegalStateException: x | at ");
  }

  @Test
  void warningsAndErrorsHaveAColourOnATerminalAlone() {
    assertThat(written(event(Level.WARN, "x", null), true)).contains(" \u001b[33mWARN \u001b[0m ");
    assertThat(written(event(Level.ERROR, "x", null), true)).contains(" \u001b[31mERROR\u001b[0m ");
    assertThat(written(event(Level.ERROR, "x", null), false)).doesNotContain("\u001b");
  }

  private LoggingEvent event(Level level, @Nullable String message, @Nullable Throwable failure) {
    Object[] none = {};
    LoggingEvent event =
        new LoggingEvent(
            "x", context.getLogger("io.whimbrel.clients"), level, message, failure, none);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    return event;
  }

  private static String written(LoggingEvent event, boolean terminal) {
    return new LogLine(ZoneOffset.UTC, () -> terminal).doLayout(event).stripTrailing();
  }
}
