package io.whimbrel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The client library's session against the real broker, in a world of chance. */
final class ClientSimulationTest {
  private static final int SEEDS = 200;

  @Test
  void sameSeedHasTheSameHistory() {
    for (long seed = 0; seed < 5; seed++) {
      assertThat(new ClientSimulation(seed, null).run())
          .isEqualTo(new ClientSimulation(seed, null).run());
    }
  }

  @Test
  void noSeedBreaksALaw() {
    Map<String, Integer> marks = new HashMap<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      ClientSimulation simulation = new ClientSimulation(seed, null);
      simulation.run();
      simulation.marks().forEach((mark, times) -> marks.merge(mark, times, Integer::sum));
    }
    assertThat(marks)
        .containsKeys(
            "sim: a process of a client crashed",
            "sim: an outbox kept what was not safe",
            "sim: an outbox lost steps");
  }
}
