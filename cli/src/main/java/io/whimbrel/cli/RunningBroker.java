package io.whimbrel.cli;

import io.whimbrel.server.Listening;
import io.whimbrel.server.Server;
import io.whimbrel.server.StartException;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * The broker of this process, between the thread that starts it and the shutdown hook that stops
 * it. Guarded by its own lock, so that a signal during the start waits until there is something to
 * stop, and nothing is stopped twice.
 */
final class RunningBroker {
  /** How long a signal waits for a start; who recovers for longer is left as by a crash. */
  private static final long START_WAIT_SECONDS = 5;

  private final ReentrantLock lock = new ReentrantLock();
  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private @Nullable Server server;

  List<Listening> start(EffectiveConfig config, ConfigSource source) throws StartException {
    lock.lock();
    try {
      Server started = Server.start(config, source);
      server = started;
      started.failure().thenAccept(failure::complete);
      return started.listening();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the broker can keep no promise any more, and says why. */
  String awaitFailure() throws InterruptedException {
    try {
      return failure.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it completes with a reason alone
    }
  }

  /** Has everything read again, once it runs; what is in force by then is said in the log. */
  void reload() {
    lock.lock();
    try {
      if (server != null) {
        server.reload();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops it if it runs; says whether it did. */
  boolean stop() {
    lock.lock();
    try {
      Server stopping = server;
      server = null;
      if (stopping != null) {
        stopping.stop();
      }
      return stopping != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The shutdown hook: stops what runs and ends the JVM as an orderly stop. After a signal the JVM
   * would end with 128 and the signal's number, which service managers take for a failure, and only
   * halting in a hook changes that. No other hook is kept from anything: there are none of ours.
   * Where nothing runs, the JVM ends as it was about to.
   */
  void stopAndHalt() {
    try {
      if (!lock.tryLock(START_WAIT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException hurried) {
      return;
    }
    try {
      if (stop()) {
        halt(ExitCode.OK);
      }
    } catch (RuntimeException failed) {
      LoggerFactory.getLogger(RunningBroker.class).error("Did not stop in good order", failed);
      halt(ExitCode.SOFTWARE);
    } finally {
      lock.unlock();
    }
  }

  private static void halt(int code) {
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }
}
