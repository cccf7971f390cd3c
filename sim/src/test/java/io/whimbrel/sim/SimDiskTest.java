package io.whimbrel.sim;

import io.whimbrel.core.JournalContract;
import io.whimbrel.core.JournalCrashContract;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.shard.ShardMail;
import java.util.SplittableRandom;

/** The disk of the simulator keeps what every journal keeps, and crashes as the real one does. */
final class SimDiskTest implements JournalContract, JournalCrashContract {
  private static final long ALL_IS_DONE_MILLIS = 100_000;

  private long seed;

  @Override
  public JournalContract.Engine engine() {
    return new Simulated(++seed);
  }

  @Override
  public JournalCrashContract.Engine engine(long of) {
    return new Simulated(of);
  }

  @Override
  public int seeds() {
    return 500;
  }

  private static final class Simulated
      implements JournalContract.Engine, JournalCrashContract.Engine {
    private final World world;
    private final SimDisk disk;

    Simulated(long seed) {
      world = new World(seed, Swarm.draw(seed), new History(null));
      disk = new SimDisk(world);
    }

    @Override
    public Journal open(int shard, Journal.Listener listener) {
      return disk.open(
          listener,
          mail -> {
            if (mail instanceof ShardMail.Durable durable) {
              listener.onDurable(durable.reached(), durable.upTo());
            } else if (mail instanceof ShardMail.Page page) {
              listener.onPage(page.page());
            } else if (mail instanceof ShardMail.Failed failed) {
              listener.onFailed(failed.from(), failed.why());
            }
          });
    }

    @Override
    public void settle() {
      passMillis(ALL_IS_DONE_MILLIS);
    }

    @Override
    public void passTime(SplittableRandom random) {
      passMillis(random.nextInt(20));
    }

    private void passMillis(long millis) {
      long until = world.now() + millis;
      while (world.clock.step(until)) {
        world.check();
      }
    }

    @Override
    public Recovery reopen() {
      return disk;
    }

    @Override
    public Recovery crash(SplittableRandom random) {
      disk.crash();
      return disk;
    }

    @Override
    public DurabilityLevel survives() {
      return world.listeners.crashesKeepWritten() ? DurabilityLevel.OS : DurabilityLevel.DISK;
    }
  }
}
