package io.whimbrel.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A broker in a process of its own, as the launcher starts it, on a directory and a free port. */
final class BenchBroker implements AutoCloseable {
  private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(120);

  final int port;
  final Path directory;
  private final Process process;

  BenchBroker(Path launcher, Path directory, String... flags) throws IOException {
    this.directory = directory;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of("broker", "--port", Integer.toString(port), "--ws-port", "0"));
    command.addAll(List.of("--http-port", "0", "--data-dir", directory.toString()));
    command.addAll(List.of(flags));
    Files.createDirectories(directory);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolveSibling(directory.getFileName() + ".log").toFile())
            .start();
    awaitListening();
  }

  private void awaitListening() throws IOException {
    long end = System.nanoTime() + START_NANOS_MAX;
    while (true) {
      try (Socket probe = new Socket()) {
        probe.connect(new InetSocketAddress("127.0.0.1", port), 100);
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new IOException("the broker did not start, see the log beside " + directory);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  long pid() {
    return process.pid();
  }

  /** Resident memory, bytes. */
  long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  void kill() {
    process.destroyForcibly();
    await();
  }

  @Override
  public void close() {
    process.destroy();
    await();
  }

  private void await() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }
}
