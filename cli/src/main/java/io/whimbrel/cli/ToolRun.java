package io.whimbrel.cli;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.whimbrel.cli.mqtt.Streams;
import io.whimbrel.cli.mqtt.Tool;
import io.whimbrel.cli.mqtt.Tools;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One of the tools that are clients, in a process of its own. Loads no more than it needs: it is
 * about to be over.
 */
final class ToolRun {
  /** How long a signal waits for a goodbye. */
  private static final long GOODBYE_SECONDS = 5;

  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger NETTY = Logger.getLogger("io.netty");

  private final Tool tool;
  private final String[] args;
  private final Map<String, String> environment;
  private final PrintWriter err;

  ToolRun(Tool tool, String[] args, Map<String, String> environment, PrintWriter err) {
    this.tool = tool;
    this.args = args;
    this.environment = environment;
    this.err = err;
  }

  /** Runs it and gives its exit code. */
  int run() {
    // What fails is told in a line of ours; the log of the broker would take longer to begin than
    // all the rest.
    NETTY.setLevel(Level.OFF);
    spareNetty();
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    List<String> words =
        Arrays.asList(ExactWords.of(args)).subList(tool.words().size(), args.length);
    Streams streams =
        new Streams(
            new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out), err);
    CountDownLatch over = new CountDownLatch(1);
    int[] code = new int[1];
    code[0] =
        Tools.run(
            tool,
            words,
            environment,
            streams,
            ends -> onSignal(ends, over, code),
            () -> help(),
            () -> System.out.println(new VersionLine().getVersion()[0]));
    over.countDown();
    return code[0];
  }

  private void help() {
    List<String> question = new ArrayList<>(tool.words());
    question.add("--help");
    Main.run(Main.commandLine(environment, Path.of("")), question.toArray(new String[0]));
  }

  /**
   * What Netty would find out at its start, which takes half as long as all of {@code pub}: names
   * of channels that are unique in the world, and whether somebody records events.
   */
  private static void spareNetty() {
    System.setProperty("io.netty.machineId", "00:00:00:00:00:01");
    System.setProperty(
        "io.netty.processId", String.valueOf(ProcessHandle.current().pid() & 0xffff));
    System.setProperty("io.netty.jfr.enabled", "false");
  }

  /**
   * After a signal the JVM would end with 128 and the signal's number; only halting in a hook lets
   * it end with the code of the tool, as Mosquitto's do.
   */
  private static void onSignal(Runnable ends, CountDownLatch over, int[] code) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (over.getCount() == 0) {
                    return; // it ends by itself
                  }
                  ends.run();
                  try {
                    if (over.await(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
                      Runtime.getRuntime().halt(code[0]);
                    }
                  } catch (InterruptedException hurried) {
                    Thread.currentThread().interrupt();
                  }
                },
                "whimbrel-goodbye"));
  }
}
