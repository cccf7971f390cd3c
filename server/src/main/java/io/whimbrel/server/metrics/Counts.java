package io.whimbrel.server.metrics;

import io.whimbrel.core.port.DropReason;
import java.util.List;
import java.util.stream.Stream;

/** What all shards have counted together; readable from any thread. */
public final class Counts {
  private final List<ShardCounts> shards;

  /** Zeros for so many shards. */
  public Counts(int shards) {
    this.shards = Stream.generate(ShardCounts::new).limit(shards).toList();
  }

  /** What one shard counts. */
  public ShardCounts shard(int index) {
    return shards.get(index);
  }

  /** The sum over the shards. */
  public long sum(Count count) {
    return sum(count.place());
  }

  long sum(int place) {
    long sum = 0;
    for (ShardCounts shard : shards) {
      sum += shard.at(place);
    }
    return sum;
  }

  /** How many messages did not reach a taker, for whatever reason. */
  public long dropped() {
    long sum = 0;
    for (DropReason reason : DropReason.values()) {
      sum += sum(Count.dropped(reason));
    }
    return sum;
  }
}
