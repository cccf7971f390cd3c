package io.whimbrel.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Broker time, whatever is done to the clock of the machine. */
final class BrokerClockTest {
  private static final long MARK = 1_000_000;

  private final AtomicLong nanos = new AtomicLong(77);

  @Test
  void aClockThatWasSetBackWhileTheBrokerWasAwayTakesNoTimeBack() {
    BrokerClock clock = new BrokerClock(MARK, MARK - 3_600_000, nanos::get);
    assertThat(clock.millis()).isEqualTo(MARK);
    nanos.addAndGet(5_000_000);
    assertThat(clock.millis()).isEqualTo(MARK + 5);
  }

  @Test
  void theTimeAwayCounts() {
    BrokerClock clock = new BrokerClock(MARK, MARK + 60_000, nanos::get);
    assertThat(clock.millis()).isEqualTo(MARK + 60_000);
  }
}
