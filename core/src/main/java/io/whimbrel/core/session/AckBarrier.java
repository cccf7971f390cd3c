package io.whimbrel.core.session;

import io.whimbrel.core.port.DurabilityLevel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an acknowledgement waits for: so many things still to happen, then everybody who waits is
 * told. Owned by the shard of the publisher; other shards only read its level, carry it and send it
 * back.
 */
public final class AckBarrier {
  private final DurabilityLevel level;
  private int pending = 1;
  private boolean open;

  // Hardly any has more than one that waits.
  private @Nullable Runnable waiter;
  private @Nullable List<Runnable> more;

  /**
   * One thing to wait for: that all others are counted.
   *
   * @param level which records have to reach before they count as happened
   */
  public AckBarrier(DurabilityLevel level) {
    this.level = level;
  }

  /** One that waits for nothing. */
  public static AckBarrier opened() {
    AckBarrier barrier = new AckBarrier(DurabilityLevel.MEMORY);
    barrier.arrive(1);
    return barrier;
  }

  /** What the acknowledgement waits for. */
  public DurabilityLevel level() {
    return level;
  }

  /** Adds things to wait for. */
  public void expect(int more) {
    pending += more;
  }

  /** So many of them happened. */
  public void arrive(int happened) {
    pending -= happened;
    if (pending < 0) {
      throw new IllegalStateException("more arrivals at a barrier than were expected");
    }
    if (pending == 0 && !open) {
      open = true;
      tell();
    }
  }

  private void tell() {
    Runnable first = waiter;
    List<Runnable> others = more;
    waiter = null;
    more = null;
    if (first != null) {
      first.run();
    }
    if (others != null) {
      others.forEach(Runnable::run);
    }
  }

  /** Whether nothing is left to wait for. */
  public boolean isOpen() {
    return open;
  }

  /** Runs the action when nothing is left to wait for, at once where that is so. */
  public void whenOpen(Runnable action) {
    if (open) {
      action.run();
    } else if (waiter == null) {
      waiter = action;
    } else {
      if (more == null) {
        more = new ArrayList<>(1);
      }
      more.add(action);
    }
  }
}
