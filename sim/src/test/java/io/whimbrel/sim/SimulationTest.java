package io.whimbrel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The whole broker in a world of chance; {@code sim/campaign} runs as many seeds as one likes. */
final class SimulationTest {
  private static final int SEEDS = 300;

  @Test
  void sameSeedHasTheSameHistory() {
    for (long seed = 0; seed < 5; seed++) {
      assertThat(new Simulation(seed, null).run()).isEqualTo(new Simulation(seed, null).run());
    }
  }

  @Test
  void noSeedBreaksALaw() {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);

    boolean passed = new Campaign(out, false).run(0, SEEDS, 0);

    assertThat(passed).as(told.toString(StandardCharsets.UTF_8)).isTrue();
  }
}
