package io.whimbrel.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Writers and readers at once, a bounded number of times. */
class SubscriptionIndexRaceTest {
  private static final int WRITERS = 4;
  private static final int READERS = 2;
  private static final int PUTS = 5_000;

  private final SubscriptionIndex<Integer> index = new SubscriptionIndex<>();

  /** By writer, how many of its puts have returned. */
  private final AtomicInteger[] returned = new AtomicInteger[WRITERS];

  @Test
  void whatWasPutIsSeenByEveryMatchThatStartsLaterAndNothingIsLost() throws Exception {
    for (int writer = 0; writer < WRITERS; writer++) {
      returned[writer] = new AtomicInteger();
    }
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        tasks.add(() -> write(writer));
      }
      for (int i = 0; i < READERS; i++) {
        tasks.add(this::read);
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(index.subscriptions()).isEqualTo(WRITERS * PUTS);
    assertThat(index.sharedSubscriptions()).isZero();
    assertThat(Recorder.match(index, "all")).hasSize(WRITERS * PUTS / 2);
    for (int i = 0; i < WRITERS * PUTS; i++) {
      assertThat(Recorder.remove(index, i, filter(i))).isTrue();
    }
    assertThat(index.subscriptions()).isZero();
  }

  private Void write(int writer) {
    for (int n = 0; n < PUTS; n++) {
      int subscriber = n * WRITERS + writer;
      assertThat(Recorder.put(index, subscriber, filter(subscriber))).isTrue();
      returned[writer].set(n + 1);
      Recorder.put(index, subscriber, "$share/g/all");
      assertThat(Recorder.remove(index, subscriber, "$share/g/all")).isTrue();
    }
    return null;
  }

  private Void read() {
    int writer = 0;
    while (returned[writer].get() < PUTS) {
      writer = (writer + 1) % WRITERS;
      int subscriber = (returned[writer].get() - 1) * WRITERS + writer;
      if (subscriber >= 0 && returned[writer].get() > 0) {
        assertThat(Recorder.match(index, filter(subscriber)))
            .contains(subscriber + " " + filter(subscriber) + " 0");
      }
    }
    return null;
  }

  /** Half of the subscribers take one and the same filter, half take one of their own. */
  private static String filter(int subscriber) {
    return subscriber / WRITERS % 2 == 0 ? "all" : "own/" + subscriber;
  }
}
