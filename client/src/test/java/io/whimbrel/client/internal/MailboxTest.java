package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of wishes. */
final class MailboxTest {
  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final Mailbox mailbox = new Mailbox(loop::add, () -> done.add("end of turn"));

  @Test
  void aWishThatThrowsIsToldAndKeepsNobodyWaiting() {
    mailbox.post(() -> done.add("one"));
    mailbox.post(
        () -> {
          throw new IllegalStateException("two");
        });
    mailbox.post(
        () -> {
          throw new IllegalStateException("three");
        });
    mailbox.post(() -> done.add("four"));

    assertThat(loop).hasSize(1);
    assertThatThrownBy(loop.remove()::run)
        .hasMessage("two")
        .satisfies(failure -> assertThat(failure.getSuppressed()[0]).hasMessage("three"));
    assertThat(done).containsExactly("one", "four", "end of turn");
  }
}
