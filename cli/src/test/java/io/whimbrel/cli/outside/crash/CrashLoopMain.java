package io.whimbrel.cli.outside.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands of {@code proof}. */
final class CrashLoopMain {
  private CrashLoopMain() {}

  /**
   * Runs it.
   *
   * @param arguments {@code --lib DIR} with the jars of the broker, {@code --kind K} and {@code
   *     --shim FILE}, {@code --rounds N}, {@code --seed S}, {@code --minutes M}, {@code --dir DIR}
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = 1_000;
    int minutes = 600;
    long seed = System.nanoTime() % 1_000_000;
    String lib = "";
    Path directory = null;
    Path shim = null;
    String kind = "KILLS";
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--minutes" -> minutes = Integer.parseInt(value);
        case "--seed" -> seed = Long.parseLong(value);
        case "--kind" -> kind = value;
        case "--shim" -> shim = Path.of(value).toRealPath();
        case "--lib" -> lib = value;
        case "--dir" -> directory = Files.createDirectories(Path.of(value));
        default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
      }
    }
    boolean mine = directory == null;
    if (directory == null) {
      directory = Files.createTempDirectory("crash-loop");
    }
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("-cp", lib + "/*", "io.whimbrel.cli.Main"));
    try {
      if (kind.equals("TOOLS")) {
        new ToolFaults(command, directory.toRealPath(), shim, System.out).run(rounds);
      } else {
        CrashLoop.Kind crashes = CrashLoop.Kind.valueOf(kind);
        CrashLoop.Plan plan =
            new CrashLoop.Plan(crashes, command, directory, shim, rounds, seed, minutes);
        System.out.println(new CrashLoop(plan, System.out).run());
      }
    } catch (BrokenPromiseException broken) {
      System.out.println("BROKEN: " + broken.getMessage());
      System.out.println("data, rounds and the broker's output are in " + directory);
      System.exit(1);
    }
    if (mine) {
      Disk.delete(directory);
    }
  }

  /** The JVM that runs this, with what a broker needs in it. */
  static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    return command;
  }
}
