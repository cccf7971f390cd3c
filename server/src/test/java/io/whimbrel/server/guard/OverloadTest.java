package io.whimbrel.server.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadTest {
  private final List<String> told = new ArrayList<>();
  private final Overload overload =
      new Overload(1_000, delay -> told.add("begin " + delay), () -> told.add("end"));
  private final Overload.Watch loop = overload.watch();

  @Test
  void oneLongPauseIsNoOverload() {
    loop.onBeat(0);
    loop.onBeat(60_000);
    loop.onBeat(0);
    loop.onBeat(60_000);
    loop.onBeat(1_000);

    assertThat(overload.isOn()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void aLoopThatStaysLateIsAndItsEndIsNotHasty() {
    beats(2, 1_001);
    assertThat(overload.isOn()).isTrue();
    beats(9, 500);
    beats(1, 501); // nearly
    beats(9, 500);
    assertThat(overload.isOn()).isTrue();
    beats(1, 500);

    assertThat(overload.isOn()).isFalse();
    assertThat(told).containsExactly("begin 1001", "end");
  }

  @Test
  void itIsOverWhenAllLoopsAreInTime() {
    Overload.Watch other = overload.watch();
    beats(2, 2_000);
    other.onBeat(3_000);
    other.onBeat(3_000);
    beats(10, 0);
    assertThat(overload.isOn()).isTrue();
    for (int i = 0; i < 10; i++) {
      other.onBeat(0);
    }

    assertThat(overload.isOn()).isFalse();
    assertThat(told).containsExactly("begin 2000", "end");
  }

  @Test
  void whereItIsOffNothingIsLate() {
    Overload off = new Overload(0, delay -> told.add("begin"), () -> {});
    Overload.Watch watch = off.watch();
    watch.onBeat(1_000_000);
    watch.onBeat(1_000_000);

    assertThat(off.isOn()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void anotherLimitHoldsFromTheNextBeatOn() {
    beats(2, 900);
    overload.limit(500);
    assertThat(overload.isOn()).isFalse();
    beats(2, 900);
    assertThat(overload.isOn()).isTrue();

    overload.limit(0);
    beats(10, 60_000);
    assertThat(overload.isOn()).isFalse();
    assertThat(told).containsExactly("begin 900", "end");
  }

  private void beats(int count, long delay) {
    for (int i = 0; i < count; i++) {
      loop.onBeat(delay);
    }
  }
}
