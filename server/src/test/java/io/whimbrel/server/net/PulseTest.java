package io.whimbrel.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.guard.Overload;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PulseTest {
  private final Overload overload = new Overload(500, delay -> {}, () -> {});
  private long nanos;
  private final BrokerClock clock = new BrokerClock(0, 0, () -> nanos);
  private final Pulse pulse = new Pulse(clock, 1_000, () -> 3, overload.watch());

  @Test
  void aLoopThatIsLateAgainAndAgainIsOverloaded() {
    beatAfter(0);
    beatAfter(1_501);
    assertThat(overload.isOn()).isFalse();
    assertThat(pulse.delayMillis()).isEqualTo(501);
    beatAfter(1_501);
    assertThat(overload.isOn()).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(overload.isOn()).isTrue();
      beatAfter(1_000);
    }

    assertThat(overload.isOn()).isFalse();
    assertThat(pulse.promisesPending()).isEqualTo(3);
  }

  @Test
  void aBeatThatDoesNotComeIsLateAlready() {
    beatAfter(0);
    nanos += TimeUnit.MILLISECONDS.toNanos(4_000);

    assertThat(pulse.delayMillis()).isEqualTo(3_000);
  }

  private void beatAfter(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    pulse.run();
  }
}
