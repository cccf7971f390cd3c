package io.whimbrel.client.internal;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Runs tasks one after the other on the threads of another executor. Those of one client know each
 * other. For any thread.
 */
public final class Serial implements Executor {
  private static final ThreadLocal<Serial> CURRENT = new ThreadLocal<>();

  private final Executor threads;
  private final Object client;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  /** The first of a client. */
  public Serial(Executor threads) {
    this(threads, new Object());
  }

  private Serial(Executor threads, Object client) {
    this.threads = threads;
    this.client = client;
  }

  /** Another one of the same client. */
  public Serial another() {
    return new Serial(threads, client);
  }

  /** Whether the calling thread is running a task of this client. */
  public boolean isCurrent() {
    Serial current = CURRENT.get();
    return current != null && current.client.equals(client); // an identity
  }

  @Override
  public void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    threads.execute(this::runAll);
  }

  private void runAll() {
    CURRENT.set(this);
    try {
      for (Runnable next = next(); next != null; next = next()) {
        guarded(next);
      }
    } finally {
      CURRENT.remove();
    }
  }

  /** Runs what is of a user: whatever it throws is logged, and stops nothing. */
  public static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error failed) {
      System.getLogger("io.whimbrel.client")
          .log(System.Logger.Level.ERROR, "a listener has failed", failed);
    }
  }

  private @org.jspecify.annotations.Nullable Runnable next() {
    synchronized (tasks) {
      Runnable next = tasks.poll();
      running = next != null;
      return next;
    }
  }
}
