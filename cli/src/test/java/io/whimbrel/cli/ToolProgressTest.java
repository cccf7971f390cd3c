package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Work that is short says nothing; work that is long is seen. */
class ToolProgressTest {
  private static final int STEPS_MAX = 2_000_000_000;

  private final StringWriter err = new StringWriter();

  @Test
  void aLineASecondWhereNobodyDrawsOver() {
    ToolProgress progress = new ToolProgress(new PrintWriter(err), false);
    progress.accept("at once");
    assertThat(err.toString()).isEmpty();
    for (int i = 0; i < STEPS_MAX && err.getBuffer().length() == 0; i++) {
      progress.accept("step");
    }
    assertThat(err).hasToString("step" + System.lineSeparator());
    progress.clear();
    assertThat(err).hasToString("step" + System.lineSeparator());
  }

  @Test
  void oneLineThatIsTakenAwayAtTheEndOnATerminal() {
    ToolProgress progress = new ToolProgress(new PrintWriter(err), true);
    for (int i = 0; i < STEPS_MAX && err.getBuffer().length() == 0; i++) {
      progress.accept("step");
    }
    progress.clear();
    assertThat(err).hasToString("\r\u001b[Kstep\r\r\u001b[K");
  }
}
