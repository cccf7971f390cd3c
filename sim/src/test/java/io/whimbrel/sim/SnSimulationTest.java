package io.whimbrel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Devices that speak MQTT-SN at the real gateway of the real broker, in a world of chance; {@code
 * sim/campaign --sn} runs as many seeds as one likes, and the message of a broken law has its seed.
 */
final class SnSimulationTest {
  private static final int SEEDS = 200;

  @Test
  void sameSeedHasTheSameHistory() {
    for (long seed = 0; seed < 5; seed++) {
      assertThat(new SnSimulation(seed, null).run()).isEqualTo(new SnSimulation(seed, null).run());
    }
  }

  @Test
  void noSeedBreaksALaw() {
    Map<String, Integer> marks = new HashMap<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      SnSimulation simulation = new SnSimulation(seed, null);
      simulation.run();
      simulation.marks().forEach((mark, times) -> marks.merge(mark, times, Integer::sum));
    }
    assertThat(marks).containsKeys(SnSimulation.REQUIRED.toArray(String[]::new));
  }
}
