package io.whimbrel.client.internal;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a session, and the one timer that wakes it. Deadlines mostly move away, packet by
 * packet: the timer is set anew only for one that is sooner, and may ring too early. Owned by its
 * event loop, but for the time, which is anybody's.
 */
final class Alarm {
  private final EventLoop loop;
  private final Runnable bell;
  private final long startNanos = System.nanoTime();
  private @Nullable Future<?> timer;
  private long timerAt = Long.MAX_VALUE;

  /** Rings by running the bell, on the loop. */
  Alarm(EventLoop loop, Runnable bell) {
    this.loop = loop;
    this.bell = bell;
  }

  /** Milliseconds since it was made. */
  long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  /** Rings then or before; {@link Long#MAX_VALUE} for never. */
  void setTo(long deadline) {
    if (deadline >= timerAt) {
      return;
    }
    cancel();
    timerAt = deadline;
    timer = loop.schedule(this::ring, Math.max(0, deadline - now()), TimeUnit.MILLISECONDS);
  }

  /** Rings no more, until it is set again. */
  void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    timerAt = Long.MAX_VALUE;
  }

  private void ring() {
    timerAt = Long.MAX_VALUE;
    timer = null;
    bell.run();
  }
}
