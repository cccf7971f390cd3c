package io.whimbrel.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One way to be let in, step by step: what tokens and enhanced authentication have in common. */
interface Steps {
  /** What is said, and how long it is good for, where that is known already. */
  record Step(byte[] data, Optional<Duration> life) {}

  /** Completes on any thread. */
  CompletableFuture<Step> first();

  /** The same, to a challenge of the server. */
  CompletableFuture<Step> next(byte[] challenge);

  /**
   * The server has let us in.
   *
   * @return how long that is good for, where it is not known from the steps
   */
  Optional<Duration> verified(byte[] last);

  /** A token is all there is to say, whatever the server asks. */
  static Steps of(TokenSupplier tokens, Executor threads) {
    return new Steps() {
      @Override
      public CompletableFuture<Step> first() {
        return CompletableFuture.supplyAsync(tokens::next, threads)
            .thenCompose(next -> next)
            .thenApply(token -> new Step(token.bytes(), token.life()));
      }

      @Override
      public CompletableFuture<Step> next(byte[] challenge) {
        return first();
      }

      @Override
      public Optional<Duration> verified(byte[] last) {
        return Optional.empty();
      }
    };
  }

  /** An exchange that is begun with the first step. */
  static Steps of(EnhancedAuthentication authentication, Executor threads) {
    return new Steps() {
      private volatile EnhancedAuthentication.@Nullable Exchange exchange;

      @Override
      public CompletableFuture<Step> first() {
        return CompletableFuture.supplyAsync(
            () -> {
              EnhancedAuthentication.Exchange begun = authentication.begin();
              exchange = begun;
              return step(begun.first());
            },
            threads);
      }

      @Override
      public CompletableFuture<Step> next(byte[] challenge) {
        return CompletableFuture.supplyAsync(() -> step(begun().next(challenge)), threads);
      }

      @Override
      public Optional<Duration> verified(byte[] last) {
        begun().verify(last);
        return begun().life();
      }

      private EnhancedAuthentication.Exchange begun() {
        EnhancedAuthentication.Exchange known = exchange;
        if (known == null) {
          throw new IllegalStateException("the exchange has not begun");
        }
        return known;
      }

      private Step step(byte[] data) {
        return new Step(data.clone(), Optional.empty());
      }
    };
  }
}
