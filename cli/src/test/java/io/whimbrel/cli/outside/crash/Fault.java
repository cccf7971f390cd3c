package io.whimbrel.cli.outside.crash;

import java.util.List;
import java.util.Random;

/** What is made to fail, in the words of {@code proof/shim}, and what has to come of it. */
final class Fault {
  private static final int EACH_RENAME = 8;
  private static final int EACH_SYNC = 40;
  private static final int EACH_WRITE = 80;

  private Fault() {}

  /** First each of the early ones by turns, then any. */
  static String ofRound(int round, Random random) {
    String error = List.of("EIO", "ENOSPC", "EROFS").get(random.nextInt(3));
    String how = random.nextBoolean() ? "once" : "sticky";
    int kind = round % 4;
    int turn = (round + 3) / 4;
    String what =
        switch (kind) {
          case 1 -> "sync:" + (turn <= EACH_SYNC ? turn : 1 + random.nextInt(600));
          case 2 -> "rename:" + (turn <= EACH_RENAME ? turn : 1 + random.nextInt(12));
          default -> {
            int each = 2 * turn - (kind == 3 ? 1 : 0);
            yield "write:" + (each <= EACH_WRITE ? each : 1 + random.nextInt(1_500));
          }
        };
    return what + ":" + error + ":" + how;
  }

  /** The process ended by itself: with exit code 1, and one clear line. */
  static void judge(String fault, List<String> failures, int code, List<String> lines) {
    List<String> said = lines.stream().filter(line -> line.startsWith("whimbrel: ")).toList();
    boolean traced = lines.stream().anyMatch(line -> line.startsWith("\tat "));
    if (failures.isEmpty() || code != 1 || said.size() != 1 || traced) {
      throw new BrokenPromiseException(
          "after " + fault + " (" + failures + ") exit code " + code + " and " + lines);
    }
  }
}
