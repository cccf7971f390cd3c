package io.whimbrel.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.Key;
import java.security.KeyPair;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Keys at a URL: fetched seldom, kept while that fails. */
final class RemoteKeysTest {
  private static final long MINUTE = 60_000;
  private static final KeyPair FIRST = TokenMaker.keys("ES256");
  private static final KeyPair SECOND = TokenMaker.keys("ES256");
  private final ArrayDeque<CompletableFuture<KeySource.Fetched>> asked = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private long now = 1_000_000;
  private final RemoteKeys keys =
      new RemoteKeys(
          this::fetch,
          new RemoteKeys.Patience(60 * MINUTE, 24 * 60 * MINUTE, MINUTE / 2),
          () -> now,
          told::add);

  private CompletionStage<KeySource.Fetched> fetch() {
    CompletableFuture<KeySource.Fetched> fetch = new CompletableFuture<>();
    asked.add(fetch);
    return fetch;
  }

  private void answer(KeyPair pair, String kid) {
    asked.remove().complete(new KeySource.Fetched(TokenMaker.keySet(pair, kid), -1));
  }

  private void fail() {
    asked.remove().completeExceptionally(new IOException("no route to host"));
  }

  private CompletableFuture<List<Key>> find(String kid) {
    return keys.find("ES256", kid).toCompletableFuture();
  }

  private void known() {
    CompletableFuture<List<Key>> found = find("one");
    answer(FIRST, "one");
    assertThat(found.join()).containsExactly(FIRST.getPublic());
  }

  @Test
  void whoeverComesWhileTheyAreFetchedWaitsForThat() {
    CompletableFuture<List<Key>> first = find("one");
    CompletableFuture<List<Key>> second = find("one");
    assertThat(first).isNotDone();
    assertThat(asked).hasSize(1);
    answer(FIRST, "one");
    assertThat(first.join()).containsExactly(FIRST.getPublic());
    assertThat(second.join()).containsExactly(FIRST.getPublic());
    assertThat(find("one")).isDone();
    assertThat(asked).isEmpty();
  }

  @Test
  void aNewKeyIsFetchedOnceItIsNamed() {
    known();
    now += MINUTE;
    CompletableFuture<List<Key>> found = find("two");
    answer(SECOND, "two");
    assertThat(found.join()).containsExactly(SECOND.getPublic());
    assertThat(find("one").join()).isEmpty(); // it is gone; and not fetched for again so soon
    assertThat(asked).isEmpty();
  }

  @Test
  void namesThatNobodyHasCauseAFetchNowAndThen() {
    known();
    now += MINUTE;
    for (int i = 0; i < 10_000; i++) {
      CompletableFuture<List<Key>> found = find("made-up-" + i);
      if (!asked.isEmpty()) {
        answer(FIRST, "one");
      }
      assertThat(found.join()).isEmpty();
      now += 10;
    }
    assertThat(keys.fetches()).isEqualTo(1 + 100_000 / (MINUTE / 2) + 1);
    assertThat(find("one").join()).containsExactly(FIRST.getPublic());
  }

  @Test
  void oldKeysAreFetchedAgainBehindWhoAsks() {
    known();
    now += 60 * MINUTE;
    assertThat(find("one").join()).containsExactly(FIRST.getPublic());
    assertThat(asked).hasSize(1);
    answer(SECOND, "one");
    assertThat(find("one").join()).containsExactly(SECOND.getPublic());
  }

  @Test
  void theyGoOnForATimeWhileTheIssuerIsDown() {
    known();
    for (int minute = 0; minute < 25 * 60; minute += 10) {
      assertThat(find("one").join()).containsExactly(FIRST.getPublic());
      if (!asked.isEmpty()) {
        fail();
      }
      now += 10 * MINUTE;
    }
    assertThat(told).containsExactly("its keys cannot be fetched: no route to host");
    CompletableFuture<List<Key>> late = find("one");
    fail();
    assertThat(late).isCompletedExceptionally();
    now += MINUTE;
    CompletableFuture<List<Key>> back = find("one");
    answer(FIRST, "one");
    assertThat(back.join()).containsExactly(FIRST.getPublic());
    assertThat(told).hasSize(2).last().isEqualTo("its keys were fetched again");
  }

  @Test
  void whatIsNoKeySetIsNotTakenOn() {
    known();
    now += MINUTE;
    CompletableFuture<List<Key>> found = find("two");
    asked.remove().complete(new KeySource.Fetched("<html>", -1));
    assertThat(found.join()).isEmpty();
    assertThat(find("one").join()).containsExactly(FIRST.getPublic());
    assertThat(told.toString()).contains("it did not give a JSON Web Key Set");
  }

  @Test
  void whoGivesThemSaysHowLongTheyMayBeKept() {
    CompletableFuture<List<Key>> first = find("one");
    asked.remove().complete(new KeySource.Fetched(TokenMaker.keySet(FIRST, "one"), 2 * MINUTE));
    first.join();
    now += 2 * MINUTE;
    find("one").join();
    assertThat(asked).hasSize(1);
  }

  @Test
  void withoutAnyKeyTheIssuerIsAskedAgainSoonAndThenLessSoon() {
    for (int second = 0; second < 600; second++) {
      CompletableFuture<List<Key>> found = find("one");
      if (!asked.isEmpty()) {
        fail();
      }
      assertThat(found).isCompletedExceptionally();
      now += 1_000;
    }
    assertThat(keys.fetches()).isBetween(20L, 26L); // 1, 2, 4, 8, 16 and then each 30 s
    now += MINUTE;
    known();
  }

  @Test
  void withinASecondItIsNotAskedTwice() {
    CompletableFuture<List<Key>> first = find("one");
    fail();
    assertThat(first).isCompletedExceptionally();
    for (int i = 0; i < 1_000; i++) {
      assertThat(find("one")).isCompletedExceptionally();
    }
    assertThat(keys.fetches()).isEqualTo(1);
    assertThat(keys.failures()).isEqualTo(1);
  }
}
