package io.whimbrel.server.auth;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where passwords are checked: that is slow on purpose, and no event loop waits for it. Whoever
 * comes while as many wait as may is refused. Callable from every thread.
 */
public final class PasswordChecks implements Executor {
  private static final int WAITING_MAX = 1_000;
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  /** Half of the processors are left to those who are in already. */
  public PasswordChecks() {
    this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  /** So many are checked at a time. */
  PasswordChecks(int count) {
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            work -> {
              Thread thread = new Thread(work, "whimbrel-passwords");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true); // who needs none has none
  }

  @Override
  public void execute(Runnable check) {
    threads.execute(check);
  }

  /** Ends; what waits is not checked any more. */
  public void stop() {
    threads.shutdownNow();
  }
}
