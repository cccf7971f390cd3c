package io.whimbrel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.junit.Broker;
import io.whimbrel.junit.EmbeddedBroker;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples end, and say what they should. */
final class ExamplesTest {
  private static final Pattern SHARES =
      Pattern.compile(
          "100 measurements, ([0-9]+) for one worker and ([0-9]+) for the other\\."
              + " The broker takes [0-9]+ topic aliases\\.");

  @Broker private static EmbeddedBroker broker;

  @Test
  void theHomeKnowsItsLight() throws Exception {
    assertThat(SmartHome.run(broker.uri()))
        .isEqualTo(
            "The light was off, then on; a switch that came later saw \"on\" at once."
                + " Its power was cut, and the broker said \"unreachable\".");
  }

  @Test
  void theLineLosesNothingAndCountsNothingTwice(@TempDir Path outbox) throws Exception {
    assertThat(FactoryLine.run(broker.uri(), outbox))
        .isEqualTo(
            "30 parts: 0 lost, 0 twice. The program of the press was started again after 20,"
                + " while 10 waited on its disk.");
  }

  @Test
  void theWorkersShareTheMeasurements() throws Exception {
    Matcher shares = SHARES.matcher(Telemetry.run(broker.uri()));

    assertThat(shares.matches()).isTrue();
    int one = Integer.parseInt(shares.group(1));
    assertThat(one).isBetween(1, 99);
    assertThat(one + Integer.parseInt(shares.group(2))).isEqualTo(100);
  }
}
