package io.whimbrel.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventLogTest {
  @Test
  void aSecondHasItsLinesAndTheRestIsCounted() {
    LineBudget budget = new LineBudget(2);

    assertThat(budget.allows(0)).isTrue();
    assertThat(budget.allows(1)).isTrue();
    assertThat(budget.allows(2)).isFalse();
    assertThat(budget.allows(3)).isFalse();
    assertThat(budget.allows(1_000_000_000)).isTrue();
    assertThat(budget.takeWithheld()).isEqualTo(2);
    assertThat(budget.takeWithheld()).isZero();
  }

  @Test
  void whatAClientChoseCannotForgeALine() {
    assertThat(Printable.quoted("a\nb\u001B[31m\u202E")).isEqualTo("'a\\u000ab\\u001b[31m\\u202e'");
    assertThat(Printable.escaped("x".repeat(300))).hasSize(201).endsWith("…");
    assertThat(Printable.escaped("grün 日本")).isEqualTo("grün 日本");
  }

  @Test
  void loadForgetsOldMinutesSlowly() {
    AtomicLong total = new AtomicLong();
    Load load = new Load(total::get);
    for (int i = 0; i < 60; i++) {
      total.addAndGet(10);
      load.advance(10);
    }

    assertThat(load.average(0)).isBetween(59.9, 60.0);
    assertThat(load.average(2)).isBetween(29.0, 30.0); // ten of fifteen minutes: 60 (1 - e^-2/3)
  }
}
