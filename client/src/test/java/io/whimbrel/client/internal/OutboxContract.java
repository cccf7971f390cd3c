package io.whimbrel.client.internal;

import static io.whimbrel.client.internal.OutboxHistory.message;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a session may rely on, whatever its outbox keeps things in. */
interface OutboxContract {
  /** An outbox that never held anything, not open yet. */
  Outbox empty();

  @Test
  default void holdsNothingAtFirst() {
    Outbox outbox = empty();

    assertThat(outbox.open(new Heard())).isEmpty();
    assertThat(outbox.received()).isEmpty();
    outbox.close();
  }

  @Test
  default void eachStepIsSafeAtOnceOrSaysWhenItWillBe() {
    Outbox outbox = empty();
    Heard heard = new Heard();
    outbox.open(heard);
    long[] positions = {
      outbox.append(1, message("one")),
      outbox.append(2, message("two")),
      outbox.assigned(1, 10),
      outbox.released(1),
      outbox.received(20)
    };
    outbox.done(1);
    outbox.completed(20);
    outbox.forgetReceived();
    outbox.commit();

    long before = 0;
    for (long position : positions) {
      assertThat(position == 0 || position > before).isTrue();
      assertThat(heard.awaitSafe(position)).isTrue();
      before = position;
    }
    outbox.close();
    assertThat(heard.failures()).isEmpty();
  }

  @Test
  default void aMessageGivenUpInTheTurnItCameInBecomesSafeAllTheSame() {
    Outbox outbox = empty();
    Heard heard = new Heard();
    outbox.open(heard);
    long position = outbox.append(1, message("one"));
    outbox.done(1);
    outbox.commit();

    assertThat(heard.awaitSafe(position)).isTrue();
    outbox.close();
  }

  @Test
  default void canBeClosedTwice() {
    Outbox outbox = empty();
    Heard heard = new Heard();
    outbox.open(heard);
    outbox.append(1, message("one"));
    outbox.close();
    outbox.close();

    assertThat(heard.failures()).isEmpty();
  }
}
