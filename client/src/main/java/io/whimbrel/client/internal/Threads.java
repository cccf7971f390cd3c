package io.whimbrel.client.internal;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of all clients of the process: event loops for the network, and others for handlers
 * and for what blocks. All of them are daemons: they keep no process alive.
 */
public final class Threads {
  private static final int LOOPS_MAX = 4;

  private Threads() {}

  private static final class Loops {
    private static final EventLoopGroup ALL =
        new MultiThreadIoEventLoopGroup(
            Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("whimbrel-client", true),
            NioIoHandler.newFactory());
  }

  /** Threads that end when they are not needed. */
  private static final class Workers {
    private static final Executor ALL = made();

    private static Executor made() {
      AtomicInteger count = new AtomicInteger();
      ThreadFactory daemons =
          task -> {
            Thread thread = new Thread(task, "whimbrel-handler-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          };
      // Each client has one at a time, and each wait of a callback of its own one more.
      return new ThreadPoolExecutor(
          0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons);
    }
  }

  /** The event loop of the next client. */
  public static EventLoop nextLoop() {
    return Loops.ALL.next();
  }

  /** Threads that may block; as many as are needed. */
  public static Executor workers() {
    return Workers.ALL;
  }
}
