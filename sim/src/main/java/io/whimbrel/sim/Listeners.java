package io.whimbrel.sim;

import io.whimbrel.core.port.DurabilityLevel;
import java.util.List;

/**
 * The levels of durability that connections have in one seed. In half of the seeds all are of level
 * {@code DISK}. In the others the level is drawn for each connection, and what it gives up does not
 * happen there, so that every law holds for all of them: where there is {@code OS}, a crash is the
 * end of the process alone and keeps what was written; where there is {@code MEMORY}, too, nothing
 * crashes. Owned by the simulation's thread.
 */
final class Listeners {
  private final Dice dice;
  private final boolean several;
  private final List<DurabilityLevel> levels;

  Listeners(long seed, Swarm swarm) {
    this.dice = Dice.of(seed, "listeners");
    this.several = dice.chance(0.5);
    boolean crashes = swarm.crashes() > 0 || swarm.diskFailures() > 0;
    this.levels =
        crashes
            ? List.of(DurabilityLevel.OS, DurabilityLevel.DISK)
            : List.of(DurabilityLevel.values());
  }

  /** Whether a crash keeps what was written and not synced. */
  boolean crashesKeepWritten() {
    return several;
  }

  /** The level of the listener that the next connection comes through. */
  DurabilityLevel next() {
    return several ? dice.pick(levels) : DurabilityLevel.DISK;
  }
}
