package io.whimbrel.cli.outside.crash;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The tools for a data directory on a disk that fails, or killed: at the first write, sync or
 * rename, at the second, and so on until the tool is through. After half of the kills the power is
 * cut as well. What is there afterwards is the old store or the new one, or says that it is
 * neither; and the same command again makes the new one.
 */
final class ToolFaults {
  private static final int KILLED = 128 + 9;
  private static final String STORE =
      "{\"kind\":\"store\",\"format\":1,\"timeMillis\":1,"
          + "\"lastIncarnation\":1000,\"lastVersion\":1000}";

  /** What is tried, and what has to be there before and after. */
  private enum Tool {
    REPAIR("check", "--repair"),
    RESTORE("restore", "--force"),
    IMPORT("import"),
    BACKUP("backup");

    private final List<String> words;

    Tool(String... words) {
      this.words = List.of(words);
    }
  }

  private record Ended(int code, List<String> lines) {
    /** The one line in which a tool says why it did not do it. */
    String reason() {
      List<String> said = lines.stream().filter(line -> line.startsWith("whimbrel: ")).toList();
      boolean traced = lines.stream().anyMatch(line -> line.startsWith("\tat "));
      if (code != 1 || said.size() != 1 || traced) {
        throw new BrokenPromiseException("exit code " + code + " and " + lines);
      }
      return said.get(0);
    }
  }

  private final List<String> command;
  private final Path directory;
  private final Disk disk;
  private final Path failing;
  private final Path data;
  private final PrintStream out;
  private Set<String> smallLines = Set.of();
  private Set<String> bigLines = Set.of();
  private final Random random = new Random(1);
  private int faults;
  private int cuts;

  /**
   * @param command how the command line is run
   * @param directory for everything; empty
   * @param shim the library of {@code proof/shim}
   */
  ToolFaults(List<String> command, Path directory, Path shim, PrintStream out) {
    this.command = command;
    this.directory = directory;
    this.failing = directory.resolve("failing");
    this.data = failing.resolve("data");
    this.disk = new Disk(failing, shim, directory);
    this.out = out;
  }

  /**
   * Tries all.
   *
   * @param casesMax of one tool and one kind of failure
   */
  void run(int casesMax) throws IOException, InterruptedException {
    make("small", 40);
    make("big", 400);
    smallLines = exported(directory.resolve("small"));
    bigLines = exported(directory.resolve("big"));
    for (Tool tool : Tool.values()) {
      for (String kind : List.of("rename", "sync", "write")) {
        for (String error : List.of("KILL:once", "EIO:once", "ENOSPC:sticky")) {
          series(tool, kind, error, casesMax);
        }
      }
    }
    out.println(
        faults
            + " faults, "
            + cuts
            + " of them with a power cut, after each the old store, the new one, or a line that"
            + " says so");
  }

  /** A store with every kind of record. */
  private void make(String name, int sessions) throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add(STORE);
    for (int i = 1; i <= sessions; i++) {
      String key = String.format(Locale.ROOT, "\"client\":\"c%d\",\"incarnation\":%d", i, i);
      lines.add(
          "{\"kind\":\"session\","
              + key
              + ",\"user\":\"u\",\"connections\":1,\"expirySeconds\":100000000}");
      lines.add(
          "{\"kind\":\"will\","
              + key
              + ",\"delaySeconds\":5,\"expirySeconds\":-1,"
              + said(i)
              + "}");
      lines.add(
          "{\"kind\":\"subscription\","
              + key
              + ",\"filter\":\"t/#\",\"qos\":2,\"noLocal\":false,\"retainAsPublished\":false,"
              + "\"replay\":false}");
      for (int sequence = 1; sequence <= 3; sequence++) {
        lines.add(
            String.format(
                Locale.ROOT,
                "{\"kind\":\"message\",%s,\"sequence\":%d,\"qos\":2,\"retain\":false,%s}",
                key,
                sequence,
                said(i)));
      }
      lines.add("{\"kind\":\"received\"," + key + ",\"packetId\":7}");
      lines.add(
          "{\"kind\":\"in-flight\","
              + key
              + ",\"sequence\":1,\"packetId\":4,\"pubrecReceived\":true}");
    }
    for (int i = 1; i <= sessions; i++) {
      lines.add("{\"kind\":\"retained\",\"version\":" + i + "," + said(i) + "}");
    }
    Path file = Files.write(directory.resolve(name + ".jsonl"), lines);
    Path store = directory.resolve(name);
    must(tool(Map.of(), "import", file.toString(), "--data-dir", store.toString()), "import");
  }

  private static String said(int number) {
    return String.format(
        Locale.ROOT,
        "\"publisher\":\"p\",\"topic\":\"t/%d\",\"publishedQos\":2,\"publishedRetain\":true,"
            + "\"payload\":\"%d\"",
        number,
        number * 7_919L);
  }

  private void series(Tool tool, String kind, String error, int casesMax)
      throws IOException, InterruptedException {
    int number = 1;
    while (number <= casesMax) {
      String fault = kind + ":" + number + ":" + error;
      try {
        if (!one(tool, fault, number % 2 == 0)) {
          break;
        }
      } catch (BrokenPromiseException broken) {
        throw new BrokenPromiseException(tool + " with " + fault + ": " + broken.getMessage());
      }
      number++;
      faults++;
    }
    if (number == 1) {
      throw new BrokenPromiseException(tool + " makes no " + kind + ": nothing was tried");
    }
    out.printf(
        Locale.ROOT,
        "%-8s %-22s %3d faults%s%n",
        tool,
        kind + ":" + error,
        number - 1,
        number > casesMax ? ", not to its end" : "");
  }

  /** Whether the tool came as far as that. */
  private boolean one(Tool tool, String fault, boolean cut)
      throws IOException, InterruptedException {
    Disk.delete(failing);
    Files.createDirectories(failing);
    prepare(tool);

    Ended ended = tool(disk.begin(fault), arguments(tool));
    boolean reached = !disk.failures().isEmpty();
    if (ended.code == 0) {
      expect(exported(data), bigLines, "it said that it is done");
      return reached;
    }
    if (!reached) {
      throw new BrokenPromiseException("failed by itself: " + ended);
    }
    if (ended.code != KILLED) {
      ended.reason();
    } else if (cut) {
      DiskImage.Rest[] rests = DiskImage.Rest.values();
      disk.forget(rests[random.nextInt(rests.length)], random);
      cuts++;
    }
    judgeMiddle(tool);
    repeat(tool);
    expect(exported(data), bigLines, "the same command again");
    return true;
  }

  private void prepare(Tool tool) throws IOException {
    if (tool == Tool.REPAIR) {
      Disk.copy(directory.resolve("big"), data);
      Path manifest = named(data.resolve("db"), "MANIFEST");
      try (RandomAccessFile file = new RandomAccessFile(manifest.toFile(), "rw")) {
        file.setLength(file.length() * 2 / 3);
      }
    } else if (tool == Tool.RESTORE) {
      Disk.copy(directory.resolve("small"), data);
    }
  }

  private String[] arguments(Tool tool) {
    List<String> all = new ArrayList<>(tool.words);
    switch (tool) {
      case RESTORE -> all.add(directory.resolve("big").toString());
      case IMPORT -> all.add(directory.resolve("big.jsonl").toString());
      case BACKUP -> all.add(data.toString());
      default -> {}
    }
    Path store = tool == Tool.BACKUP ? directory.resolve("big") : data;
    all.addAll(List.of("--data-dir", store.toString()));
    return all.toArray(String[]::new);
  }

  /** Nobody may take for a whole store what is none. */
  private void judgeMiddle(Tool tool) throws IOException, InterruptedException {
    Ended export = tool(Map.of(), "export", "--data-dir", data.toString());
    if (export.code == 0) {
      Set<String> found = lines(export);
      boolean old = tool == Tool.RESTORE && found.equals(smallLines);
      if (!old && !found.equals(bigLines)) {
        throw new BrokenPromiseException("neither the old store nor the new: " + found.size());
      }
      return;
    }
    String reason = export.reason();
    boolean none = reason.contains("holds no store");
    boolean mayBeNone = tool == Tool.IMPORT || tool == Tool.BACKUP;
    boolean mayBeDamaged = tool == Tool.REPAIR;
    if (!reason.contains("did not end") && !(none && mayBeNone) && !(!none && mayBeDamaged)) {
      throw new BrokenPromiseException("what it was is gone: " + reason);
    }
  }

  private void repeat(Tool tool) throws IOException, InterruptedException {
    Ended again = tool(Map.of(), arguments(tool));
    if (again.code == 1) {
      String reason = again.reason();
      boolean done = reason.contains("holds a store already") || reason.contains("exists already");
      if (done && exported(data).equals(bigLines)) {
        return; // only the end of its work had failed
      }
    }
    must(again, "the same command again");
  }

  // ---------------------------------------------------------------- processes

  private Set<String> exported(Path store) throws IOException, InterruptedException {
    Ended export = tool(Map.of(), "export", "--data-dir", store.toString());
    must(export, "export");
    return lines(export);
  }

  /** All but the first, which has the moment in it. */
  private static Set<String> lines(Ended export) {
    Set<String> lines = new TreeSet<>(export.lines);
    lines.removeIf(line -> !line.startsWith("{") || line.startsWith("{\"kind\":\"store\""));
    return lines;
  }

  private static void must(Ended ended, String what) {
    if (ended.code != 0) {
      throw new BrokenPromiseException(what + ": exit code " + ended.code + " and " + ended.lines);
    }
  }

  private static void expect(Set<String> found, Set<String> expected, String when) {
    if (!found.equals(expected)) {
      throw new BrokenPromiseException(
          when + ", and there are " + found.size() + " lines of " + expected.size());
    }
  }

  private Ended tool(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    all.add("store");
    all.addAll(List.of(arguments));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err"); // apart: progress would come in the middle of a line
    ProcessBuilder builder = new ProcessBuilder(all);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new BrokenPromiseException(all + " does not end");
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(out, StandardCharsets.UTF_8));
    lines.addAll(Files.readAllLines(err, StandardCharsets.UTF_8));
    return new Ended(process.exitValue(), lines);
  }

  private static Path named(Path directory, String part) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().contains(part))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }
}
