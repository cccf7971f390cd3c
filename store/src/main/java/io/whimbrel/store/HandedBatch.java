package io.whimbrel.store;

import io.whimbrel.core.port.DurabilityLevel;
import org.jspecify.annotations.Nullable;

/**
 * What a shard hands to the committer at the end of a turn.
 *
 * @param rows null where nothing was appended and somebody begins to wait for what was
 * @param needed what somebody waits for
 */
record HandedBatch(
    ShardBook book,
    @Nullable RowBatch rows,
    long upTo,
    DurabilityLevel needed,
    long lastIncarnation,
    long lastVersion) {
  int bytes() {
    return rows == null ? 0 : rows.bytes();
  }
}
