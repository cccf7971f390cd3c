package io.whimbrel.server.token;

import java.security.Key;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys that an issuer has at a URL. They are fetched when the first token comes, and again when
 * they are old or a token names one that is unknown, which strangers can do as often as they like:
 * so not more often than the settings allow. While a fetch fails the old ones go on for a time.
 * Callable from every thread; who asks while a fetch is under way waits for that one.
 */
final class RemoteKeys implements SigningKeys {
  /** Where there are no keys, and nobody is let in, it is tried again soon, and then less soon. */
  private static final long AGAIN_MILLIS = 1_000;

  private final KeySource source;
  private final Patience patience;
  private final LongSupplier millis;
  private final Consumer<String> told;
  private final LongAdder fetches = new LongAdder();
  private final LongAdder failures = new LongAdder();

  // Guarded by this; held for a few steps.
  private @Nullable KeySet keys;
  private @Nullable CompletableFuture<@Nullable Void> underWay;
  private long freshUntil;
  private long usableUntil;
  private long mayFetchAt;
  private boolean failing;
  private long wait; // between this fetch and the next

  /**
   * How long keys are used, in milliseconds.
   *
   * @param maxAge before they are fetched again
   * @param outage how much longer where that fails
   * @param refetch between two fetches at least
   */
  record Patience(long maxAge, long outage, long refetch) {}

  /**
   * @param told hears sentences for people
   */
  RemoteKeys(KeySource source, Patience patience, LongSupplier millis, Consumer<String> told) {
    this.source = source;
    this.patience = patience;
    this.millis = millis;
    this.told = told;
    this.mayFetchAt = millis.getAsLong();
    this.wait = Math.min(AGAIN_MILLIS, patience.refetch());
  }

  @Override
  public CompletionStage<List<Key>> find(String algorithm, String kid) {
    CompletableFuture<@Nullable Void> wait;
    synchronized (this) {
      long now = millis.getAsLong();
      boolean known = keys != null && (kid.isEmpty() || keys.knows(kid));
      boolean usable = keys != null && now < usableUntil;
      if (usable && known) {
        if (now >= freshUntil) {
          fetch(now); // behind who asks
        }
        return CompletableFuture.completedFuture(found(algorithm, kid));
      }
      wait = fetch(now);
    }
    if (wait == null) {
      return CompletableFuture.completedStage(null).thenCompose(none -> later(algorithm, kid));
    }
    return wait.thenCompose(none -> later(algorithm, kid));
  }

  private synchronized CompletionStage<List<Key>> later(String algorithm, String kid) {
    if (keys == null || millis.getAsLong() >= usableUntil) {
      return CompletableFuture.failedStage(
          new TokenException(
              TokenException.Kind.UNAVAILABLE, "the issuer's keys are not to be had"));
    }
    return CompletableFuture.completedFuture(found(algorithm, kid));
  }

  private List<Key> found(String algorithm, String kid) {
    return keys == null ? List.of() : keys.find(algorithm, kid);
  }

  /** Begins a fetch where there is none and one may be; null where none may be. */
  private @Nullable CompletableFuture<@Nullable Void> fetch(long now) {
    if (underWay != null) {
      return underWay;
    }
    if (now < mayFetchAt) {
      return null;
    }
    mayFetchAt = now + wait;
    CompletableFuture<@Nullable Void> fetch = new CompletableFuture<>();
    underWay = fetch;
    fetches.increment();
    source
        .fetch()
        .whenComplete(
            (fetched, error) -> {
              try {
                take(fetched, error);
              } finally {
                ended();
                fetch.complete(null); // whoever waits looks at what there is
              }
            });
    return fetch;
  }

  private synchronized void ended() {
    underWay = null;
  }

  private void take(KeySource.@Nullable Fetched fetched, @Nullable Throwable error) {
    Throwable cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
    String problem = cause == null ? "" : String.valueOf(cause.getMessage());
    KeySet next = null;
    if (fetched != null) {
      try {
        next = KeySet.of(fetched.json());
      } catch (IllegalArgumentException none) {
        problem = "it did not give " + none.getMessage();
      }
    }
    String word = null;
    synchronized (this) {
      long now = millis.getAsLong();
      if (next != null && fetched != null) {
        long said = fetched.maxAgeMillis();
        long age = said < 0 ? patience.maxAge() : Math.min(said, patience.maxAge());
        keys = next;
        freshUntil = now + Math.max(age, patience.refetch());
        usableUntil = freshUntil + patience.outage();
        word = failing ? "its keys were fetched again" : null;
        failing = false;
        wait = patience.refetch();
        mayFetchAt = now + wait;
      } else {
        failures.increment();
        word = failing ? null : "its keys cannot be fetched: " + problem;
        failing = true;
        wait = now < usableUntil ? patience.refetch() : Math.min(2 * wait, patience.refetch());
      }
    }
    if (word != null) {
      told.accept(word);
    }
  }

  /** Fetches so far. */
  long fetches() {
    return fetches.sum();
  }

  /** Those that failed. */
  long failures() {
    return failures.sum();
  }
}
