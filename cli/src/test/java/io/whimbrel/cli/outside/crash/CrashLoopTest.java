package io.whimbrel.cli.outside.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code proof/crash-loop}. */
class CrashLoopTest {
  private static final long SEED = Long.getLong("whimbrel.crash.seed", 1);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  void keepsWhatItAcknowledgedThoughItIsKilledAgainAndAgain()
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(CrashLoopMain.java());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.whimbrel.cli.Main");

    CrashLoop.Plan plan =
        new CrashLoop.Plan(CrashLoop.Kind.KILLS, command, directory, null, 5, SEED, 5);
    Counts counts = new CrashLoop(plan, System.out).run();

    assertThat(counts.kills).isEqualTo(5);
    assertThat(counts.acknowledged).as(counts.toString()).isGreaterThan(100);
    assertThat(counts.delivered).as(counts.toString()).isGreaterThan(counts.acknowledged);
  }
}
