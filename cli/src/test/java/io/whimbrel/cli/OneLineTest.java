package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;

class OneLineTest {
  @Test
  void anEventStaysOnItsLineWhateverAClientCallsItself() {
    assertThat(written("client a\r\nINFO forged\u001b[2J\u202e", new IllegalStateException("x\ny")))
        .startsWith("client a | INFO forged?[2J? | java.lang.IllegalStateException: x | y | at ")
        .hasLineCount(1);
  }

  @Test
  void aPlainEventIsWrittenAsItIs() {
    assertThat(written("client ä connected", null)).isEqualTo("client ä connected");
  }

  private static String written(String message, Throwable failure) {
    LoggerContext context = new LoggerContext();
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.getInstanceConverterMap().put("oneLine", OneLine::new);
    layout.setPattern("%oneLine(%msg %kvp%n%ex){}%n%nopex");
    layout.start();
    Object[] none = {};
    LoggingEvent event =
        new LoggingEvent("x", context.getLogger("x"), Level.INFO, message, failure, none);
    return layout.doLayout(event).stripTrailing();
  }
}
