package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A start that takes long says how far it is. */
final class LoadProgressTest {
  private final List<String> told = new ArrayList<>();
  private long nanos = 5;

  @Test
  void aLineEveryTwoSecondsAndOneAtTheEnd() {
    LoadProgress progress = new LoadProgress(told::add, () -> nanos);
    progress.session();
    for (int message = 0; message < 1_000_000; message++) {
      progress.message();
      nanos += TimeUnit.MICROSECONDS.toNanos(5);
    }
    progress.retained();
    progress.done();

    assertThat(told).hasSize(3);
    assertThat(told.get(0))
        .matches("Loading: 1 sessions, 40\\d,\\d{3} queued and 0 retained messages so far, 2.0 s");
    assertThat(told.get(1))
        .matches("Loading: 1 sessions, 80\\d,\\d{3} queued and 0 retained messages so far, 4.0 s");
    assertThat(told.get(2))
        .isEqualTo("Loaded 1 sessions, 1,000,000 queued and 1 retained messages in 5.0 s");
  }

  @Test
  void nothingIsSaidOfAnEmptyStore() {
    new LoadProgress(told::add, () -> nanos).done();

    assertThat(told).isEmpty();
  }
}
