package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What docs/testing.md shows is what runs. */
final class TestingPageTest {
  @Test
  void theExampleOfThePageIsTheTestThatRuns() throws IOException {
    assertThat(Page.codeOf("testing.md").get(0))
        .as("The first code of the page is what follows package in ThermostatTest")
        .isEqualTo(Page.sourceOf(io.whimbrel.thermostat.ThermostatTest.class));
  }
}
