package io.whimbrel.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * What a client library costs, in a process of its own with a broker elsewhere. {@code messages LIB
 * HOST PORT QOS COUNT}: one client publishes and another receives; prints CPU microseconds of this
 * process for each message and messages a second. {@code idle LIB HOST PORT COUNT}: that many
 * connected clients; prints bytes of heap and threads for each.
 */
final class ClientCost {
  private static final int WARM = 60_000;

  private ClientCost() {}

  /** The command; see the class. */
  public static void main(String[] args) {
    try {
      run(args);
      System.exit(0); // whatever threads a library leaves
    } catch (Exception failed) {
      failed.printStackTrace();
      System.exit(1);
    }
  }

  private static void run(String[] args) throws Exception {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    ClientLibrary library = ClientLibrary.of(args[1]);
    String host = args[2];
    int port = Integer.parseInt(args[3]);
    if (args[0].equals("messages")) {
      messages(library, host, port, Integer.parseInt(args[4]), Integer.parseInt(args[5]), out);
    } else {
      idle(library, host, port, Integer.parseInt(args[4]), out);
    }
  }

  private static void messages(
      ClientLibrary library, String host, int port, int qos, int count, PrintStream out)
      throws Exception {
    ClientLibrary.Pair pair = library.pair(host, port, qos, "cost/" + qos);
    pair.send(WARM);
    double cpu = Cpu.own();
    long began = System.nanoTime();
    pair.send(count);
    double seconds = (System.nanoTime() - began) / 1e9;
    double micros = (Cpu.own() - cpu) * 1e6 / count;
    out.printf(Locale.ROOT, "%.2f %.0f%n", micros, count / seconds);
  }

  private static void idle(ClientLibrary library, String host, int port, int count, PrintStream out)
      throws Exception {
    List<Object> kept = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      kept.add(library.connected(host, port, "warm" + i));
    }
    long before = heap();
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    for (int i = 0; i < count; i++) {
      kept.add(library.connected(host, port, "idle" + i));
    }
    long after = heap();
    int more = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
    out.printf(Locale.ROOT, "%d %.3f%n", (after - before) / count, more / (double) count);
    if (kept.size() != count + 20) {
      throw new IllegalStateException("clients are gone");
    }
  }

  private static long heap() {
    for (int i = 0; i < 4; i++) {
      System.gc();
      LockSupport.parkNanos(200_000_000);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
