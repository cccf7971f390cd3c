package io.whimbrel.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TimersTest {
  private static final long EIGHTEEN_HOURS = 65_535 * 1_000L;

  private final Timers timers = new Timers();

  @Test
  void forgetsTheCancelledHoweverFarAheadTheyWere() {
    timers.timer(() -> {}).arm(EIGHTEEN_HOURS);
    for (int i = 0; i < 100_000; i++) {
      Timer timer = timers.timer(() -> {});
      timer.arm(10_000); // connect time-out
      timer.cancel();
      timer.arm(EIGHTEEN_HOURS); // keep alive
      timer.cancel();
    }

    assertThat(timers.size()).isLessThan(1_000);
  }

  @Test
  void forgetsThePlacesTimersMovedInwardsFrom() {
    Timer timer = timers.timer(() -> {});
    for (int i = 0; i < 100_000; i++) {
      timer.arm(EIGHTEEN_HOURS - i);
    }

    assertThat(timers.size()).isLessThan(1_000);
  }

  /** Against a model that knows of each timer only when it is due. */
  @Property(tries = 200)
  void runsWhatIsDueWhateverWasArmedMovedAndCancelledBefore(@ForAll long seed) {
    Random random = new Random(seed);
    Timers some = new Timers();
    long[] due = new long[1_000];
    List<Integer> ran = new ArrayList<>();
    List<Timer> all = new ArrayList<>();
    for (int i = 0; i < due.length; i++) {
      int mine = i;
      due[i] = Timer.OFF;
      all.add(some.timer(() -> ran.add(mine)));
    }
    long now = 0;
    for (int step = 0; step < 5_000; step++) {
      int one = random.nextInt(due.length);
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          due[one] = now + 1 + random.nextInt(500);
          all.get(one).arm(due[one]);
        }
        case 2 -> {
          due[one] = Timer.OFF;
          all.get(one).cancel();
        }
        default -> {
          now += random.nextInt(20);
          some.advance(now, Integer.MAX_VALUE);
          List<Integer> expected = new ArrayList<>();
          for (int i = 0; i < due.length; i++) {
            if (due[i] <= now) {
              expected.add(i);
              due[i] = Timer.OFF;
            }
          }
          assertThat(ran).containsExactlyInAnyOrderElementsOf(expected);
          ran.clear();
        }
      }
    }
  }
}
