package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How much of what is heard is kept. */
final class RecorderTest {
  private final Recorder recorder = new Recorder();

  @Test
  void theNewestAreKeptAndTheOthersAreCounted() {
    hear(Recorder.MESSAGES_MAX + 3, new byte[0]);

    Recorder.View view = recorder.since(0);
    assertThat(view.heard()).hasSize(Recorder.MESSAGES_MAX);
    assertThat(view.heard().get(0).number()).isEqualTo(3);
    assertThat(view.missed()).isEqualTo(3).isEqualTo(recorder.dropped());
  }

  @Test
  void theBytesOfTheirPayloadsHaveAMaximum() {
    hear(5, new byte[(int) Recorder.BYTES_MAX / 4]);

    assertThat(recorder.since(0).heard()).hasSize(4);
    hear(1, new byte[(int) Recorder.BYTES_MAX + 1]);
    assertThat(recorder.since(0).heard()).hasSize(1);
  }

  @Test
  void whoExpectsIsToldWhatWasDropped() {
    hear(Recorder.MESSAGES_MAX + 3, new byte[0]);

    assertThatThrownBy(
            () -> Expectation.of(recorder, "a").payload("x").within(Duration.ofMillis(1)))
        .hasMessageContaining("3 older ones were dropped, 10000 messages and 64 MiB are kept");
    assertThatThrownBy(() -> Expectation.of(recorder, "b").never(Duration.ofMillis(1)))
        .as("it may have been among them")
        .hasMessageStartingWith("nobody knows whether there never was: a message on b");
  }

  @Test
  void whatIsForgottenIsNotMissed() {
    hear(Recorder.MESSAGES_MAX + 3, new byte[0]);
    recorder.forget();
    hear(1, new byte[0]);

    Recorder.View view = recorder.since(0);
    assertThat(view.heard()).hasSize(1);
    assertThat(view.missed()).isZero();
    assertThat(recorder.dropped()).isZero();
  }

  @Test
  void longPayloadsAreShownInPart() {
    assertThat(Heard.excerpt("x".repeat(70).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo('"' + "x".repeat(60) + "\"... (70 bytes)");
    assertThat(Heard.excerpt(new byte[30])).isEqualTo("00 ".repeat(20) + "... (30 bytes)");
  }

  private void hear(int times, byte[] payload) {
    Message message = Message.of("a", payload);
    for (int i = 0; i < times; i++) {
      recorder.hear(message);
    }
  }
}
