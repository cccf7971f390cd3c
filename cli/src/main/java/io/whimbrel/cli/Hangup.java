package io.whimbrel.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which asks a daemon to read its configuration again. Java hears signals by a class that
 * is in all of its releases and promised in none: it is looked for, and whoever has no such signal
 * goes without.
 */
final class Hangup {
  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.config");
  private static final String NAME = "HUP";

  private final Thread beginning;

  private Hangup(Thread beginning) {
    this.beginning = beginning;
  }

  /**
   * From soon on runs the action each time the signal comes, on a thread of its own. To look for
   * the class takes a while: it is done beside the start of the broker.
   */
  static Hangup begin(Runnable action) {
    Thread thread = new Thread(() -> hear(action), "whimbrel-hangup");
    thread.setDaemon(true);
    thread.start();
    return new Hangup(thread);
  }

  /** Returns when the signal is heard; until then it ends the process. */
  void awaitBegun() throws InterruptedException {
    beginning.join();
  }

  private static void hear(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                action.run(); // its only method
                return null;
              });
      Object hangup = signal.getConstructor(String.class).newInstance(NAME);
      Object before = signal.getMethod("handle", signal, handler).invoke(null, hangup, ours);
      if (handler.getField("SIG_IGN").get(null).equals(before)) {
        LOG.info("SIGHUP is ignored, as nohup has it: it will not have anything read again");
      }
    } catch (InvocationTargetException refused) { // Windows has none, and -Xrs keeps it
      LOG.debug("no SIGHUP here: {}", String.valueOf(refused.getCause()));
    } catch (ReflectiveOperationException other) {
      LOG.debug("this JVM hears no signals: {}", other.toString());
    }
  }
}
