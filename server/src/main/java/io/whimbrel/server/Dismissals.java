package io.whimbrel.server;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.shard.Shard;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Ends the connections of some clients, wherever they live.
 *
 * @param shards all there are
 */
record Dismissals(List<Shard> shards) {

  /** See {@link Server#disconnect}. */
  CompletionStage<Integer> end(Predicate<Identity> whom, ReasonCode reason, String why) {
    CompletableFuture<Integer> all = CompletableFuture.completedFuture(0);
    for (Shard shard : shards) {
      CompletableFuture<Integer> some = new CompletableFuture<>();
      shard.post(() -> some.complete(shard.dismiss(whom, reason, why)));
      all = all.thenCombine(some, Integer::sum);
    }
    return all;
  }
}
