package io.whimbrel.sim;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What everything in one simulation shares: its seed, its time, its history and its verdict. Owned
 * by the simulation's thread.
 */
final class World {
  final long seed;
  final Clock clock;
  final History history;
  final Swarm swarm;
  final Listeners listeners;
  final Map<String, Integer> marks = new TreeMap<>();
  private @Nullable String law;
  private String detail = "";

  /** Whether faults are still on. */
  boolean chaos = true;

  /** Who posts mail at the moment: the index of a shard, or one of the two behind them. */
  int sender;

  World(long seed, Swarm swarm, History history) {
    this.seed = seed;
    this.swarm = swarm;
    this.listeners = new Listeners(seed, swarm);
    this.history = history;
    this.clock = new Clock(seed);
  }

  long now() {
    return clock.now();
  }

  void note(String what) {
    history.add(clock.now(), what);
  }

  void mark(String name) {
    marks.merge(name, 1, Integer::sum);
  }

  /** Remembers the first law that is broken; the run ends after the step that broke it. */
  void broken(String name, String what) {
    if (law == null) {
      law = name;
      detail = what;
      note("BROKEN " + name + ": " + what);
    }
  }

  void check() {
    String first = law;
    if (first != null) {
      throw new LawBrokenException(seed, first, detail, history.tail());
    }
  }
}
