package io.whimbrel.core.shard;

import io.whimbrel.core.port.Limits;

/**
 * The limits that hold from each shard's next turn on: one turn sees one of them from its beginning
 * to its end. Written by any thread, read by all shards.
 */
final class LimitsInForce {
  private volatile Limits limits;

  LimitsInForce(Limits first) {
    limits = first;
  }

  Limits now() {
    return limits;
  }

  void become(Limits next) {
    limits = next;
  }
}
