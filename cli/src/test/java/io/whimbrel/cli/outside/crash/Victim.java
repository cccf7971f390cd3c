package io.whimbrel.cli.outside.crash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A broker process that is going to be killed. */
final class Victim {
  private static final Pattern ADDRESS = Pattern.compile("mqtt://127\\.0\\.0\\.1:(\\d+)");
  private static final String LAST_LINE_OF_START = "Ctrl-C stops it.";

  private final Process process;
  private final Path output;
  private final long outputFrom;
  final long startedNanos = System.nanoTime();
  private int port;
  private long readyNanos;
  private volatile boolean killed;
  private boolean stopping;

  /**
   * @param level what its acknowledgements wait for
   * @param directory where it keeps its data
   * @param temporary what it leaves there is deleted before the next one starts
   * @param output what it prints is added to it
   */
  Victim(
      List<String> command,
      String level,
      Path directory,
      Path temporary,
      Path output,
      Map<String, String> environment)
      throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(1, List.of("-Djava.io.tmpdir=" + temporary, "-Xmx512m"));
    all.addAll(List.of("broker", "--data-dir", directory.toString(), "--port", "any"));
    all.addAll(List.of("--durability", level));
    all.addAll(List.of("--ws-port", "0", "--http-port", "0"));
    all.addAll(List.of("--limit", "queue-messages-max=10000000"));
    this.output = output;
    this.outputFrom = Files.exists(output) ? Files.size(output) : 0;
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().put("WHIMBREL_LISTENERS_EVENT_LOOPS", "2");
    builder.environment().putAll(environment);
    process = builder.start();
  }

  /** Sends SIGKILL at a moment, or at once if that has passed. */
  void killAt(long nanos) {
    Thread killer =
        new Thread(
            () -> {
              while (nanos - System.nanoTime() > 0) {
                LockSupport.parkNanos(nanos - System.nanoTime());
              }
              killed = true;
              process.destroyForcibly();
            },
            "killer");
    killer.setDaemon(true);
    killer.start();
  }

  void terminate() {
    stopping = true;
    process.destroy();
  }

  /** 0 until it has said where it listens. */
  int port() {
    if (port == 0) {
      List<String> lines = lines();
      if (lines.contains(LAST_LINE_OF_START)) {
        Matcher address = ADDRESS.matcher(lines.toString());
        if (address.find()) {
          port = Integer.parseInt(address.group(1));
          readyNanos = System.nanoTime();
        }
      }
    }
    return port;
  }

  long readyNanos() {
    return readyNanos;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it was told to stop in good order. */
  boolean isStopping() {
    return stopping;
  }

  boolean wasKilled() {
    return killed;
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new BrokenPromiseException("the broker does not end");
    }
    return process.exitValue();
  }

  /** All it has printed. */
  List<String> lines() {
    try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
      byte[] bytes = new byte[(int) (file.length() - outputFrom)];
      file.seek(outputFrom);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
