package io.whimbrel.line;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Two serial lines of the operating system that are one: what is written to one end is read at the
 * other. Another program makes them, socat or python3; where there is neither, the test is left
 * out.
 */
public final class PtyPair implements AutoCloseable {
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final long PATIENCE_SECONDS = 30;
  private static final String PYTHON =
      """
      import os, pty, select, sys, tty
      ends = [pty.openpty(), pty.openpty()]
      for i in (0, 1):
          tty.setraw(ends[i][1])
          os.symlink(os.ttyname(ends[i][1]), sys.argv[1 + i])
      masters = [ends[0][0], ends[1][0]]
      while True:
          for ready in select.select(masters, [], [])[0]:
              os.write(masters[1 - masters.index(ready)], os.read(ready, 1024))
      """;

  private final Path broker;
  private final Path device;
  private Process program;

  /** Makes them, as links in a directory. */
  public PtyPair(Path directory) throws Exception {
    broker = directory.resolve("ttyBROKER");
    device = directory.resolve("ttyDEVICE");
    program = begin();
  }

  /** The end that is the broker's. */
  public Path broker() {
    return broker;
  }

  /** The other end. */
  public Path device() {
    return device;
  }

  private Process begin() throws Exception {
    for (List<String> command : commands()) {
      try {
        Process begun =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitEnds(begun);
        return begun;
      } catch (IOException missing) {
        continue;
      }
    }
    return Assumptions.abort("no serial lines: there is neither socat nor python3 to make them");
  }

  private List<List<String>> commands() {
    String end = "pty,raw,echo=0,link=";
    return List.of(
        List.of("socat", end + broker, end + device),
        List.of("python3", "-c", PYTHON, broker.toString(), device.toString()));
  }

  private void awaitEnds(Process begun) throws IOException, InterruptedException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (!Files.exists(broker) || !Files.exists(device)) {
      if (begun.waitFor(10, TimeUnit.MILLISECONDS) || System.nanoTime() > until) {
        begun.destroyForcibly();
        throw new IOException("it makes no serial lines");
      }
    }
  }

  /** Both ends go, as a device does that is unplugged. */
  public void unplug() throws Exception {
    program.destroyForcibly();
    if (!program.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the program that makes serial lines does not end");
    }
    for (Path link : List.of(broker, device)) {
      if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(link);
      }
    }
  }

  /** They are there again. */
  public void plug() throws Exception {
    program = begin();
  }

  @Override
  public void close() throws Exception {
    unplug();
  }
}
