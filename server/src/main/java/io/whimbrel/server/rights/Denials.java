package io.whimbrel.server.rights;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What rights refused: all of it counted, and told once for each client and rule, so that a client
 * that tries for ever fills no log; how often it went on is told when it is forgotten. Callable
 * from every thread.
 */
public final class Denials {
  private static final int KNOWN_MAX = 10_000;

  private final LongAdder publishes = new LongAdder();
  private final LongAdder subscribes = new LongAdder();
  private final LongAdder others = new LongAdder();
  private final Map<Known, Tally> known = new ConcurrentHashMap<>();
  private final Told told;

  /** Where one is told to people. */
  @FunctionalInterface
  public interface Told {
    /**
     * A client may not do something, for the first time since the last {@link Denials#forget}.
     *
     * @param topic or filter
     * @param why the rule, or that there is none
     */
    void denied(Subject who, boolean publish, String topic, String why);

    /** And so often since then, of topics that need not be the same. */
    default void deniedAgain(Subject who, boolean publish, String why, long times) {}

    /** More clients and rules than are told apart: so many denials of theirs. */
    default void deniedOthers(long times) {}

    /** One who tells two others, in this order. */
    static Told both(Told first, Told second) {
      return new Told() {
        @Override
        public void denied(Subject who, boolean publish, String topic, String why) {
          first.denied(who, publish, topic, why);
          second.denied(who, publish, topic, why);
        }

        @Override
        public void deniedAgain(Subject who, boolean publish, String why, long times) {
          first.deniedAgain(who, publish, why, times);
          second.deniedAgain(who, publish, why, times);
        }

        @Override
        public void deniedOthers(long times) {
          first.deniedOthers(times);
          second.deniedOthers(times);
        }
      };
    }
  }

  /** Of the Client Identifier its hash: a client chooses how long it is. */
  private record Known(int client, boolean publish, String reason) {}

  /** How often it happened again; less than zero once that was told. */
  private record Tally(Subject who, boolean publish, String why, AtomicLong again) {
    boolean count() {
      return again.getAndUpdate(times -> times < 0 ? times : times + 1) >= 0;
    }
  }

  /** Denials that are told there. */
  public Denials(Told told) {
    this.told = told;
  }

  void publish(Subject who, byte[] topic, Decision why) {
    publishes.increment();
    tell(who, true, topic, why.reason());
  }

  void subscribe(Subject who, byte[] filter, Decision why) {
    subscribes.increment();
    tell(who, false, filter, why.reason());
  }

  private void tell(Subject who, boolean publish, byte[] topic, String why) {
    Known key = new Known(who.clientId().hashCode(), publish, why);
    Tally before = known.get(key);
    if (before != null && before.count()) {
      return;
    }
    if (known.size() >= KNOWN_MAX) {
      others.increment();
      return;
    }
    Tally raced = known.putIfAbsent(key, new Tally(who, publish, why, new AtomicLong()));
    if (raced == null || !raced.count()) {
      told.denied(who, publish, text(topic), why);
    }
  }

  private static String text(byte[] topic) {
    return new String(topic, StandardCharsets.UTF_8);
  }

  /** What is refused is told once more from now on. */
  public void forget() {
    for (Iterator<Tally> all = known.values().iterator(); all.hasNext(); ) {
      Tally tally = all.next();
      all.remove();
      long times = tally.again.getAndSet(-1);
      if (times > 0) {
        told.deniedAgain(tally.who, tally.publish, tally.why, times);
      }
    }
    long times = others.sumThenReset();
    if (times > 0) {
      told.deniedOthers(times);
    }
  }

  /** PUBLISH packets and wills refused. */
  public long publishes() {
    return publishes.sum();
  }

  /** Filters of SUBSCRIBE packets refused. */
  public long subscribes() {
    return subscribes.sum();
  }
}
