package io.whimbrel.server.sn;

import io.whimbrel.codec.sn.SnType;
import io.whimbrel.server.metrics.ClientEvents;
import io.whimbrel.server.metrics.Count;
import io.whimbrel.server.metrics.ShardCounts;
import io.whimbrel.sn.SnObserver;

/** Counts what a gateway does, and tells of who is not let in. Owned by its event loop. */
public final class SnCounts implements SnObserver {
  private final ShardCounts counts;
  private final ClientEvents told;

  /** Counts among those of its shard. */
  public SnCounts(ShardCounts counts, ClientEvents told) {
    this.counts = counts;
    this.told = told;
  }

  @Override
  public void malformed(String why) {
    counts.add(Count.SN_MALFORMED, 1);
  }

  @Override
  public void received(SnType type) {
    counts.add(Count.SN_RECEIVED, 1);
  }

  @Override
  public void sent(SnType type) {
    counts.add(Count.SN_SENT, 1);
  }

  @Override
  public void sentAgain(SnType type) {
    counts.add(Count.SN_SENT_AGAIN, 1);
  }

  @Override
  public void dropped(String clientId, String why) {
    counts.add(Count.SN_DROPPED, 1);
  }

  @Override
  public void refused(String clientId, String address, String why) {
    counts.add(Count.SN_REFUSED, 1);
    told.deviceRefused(clientId, address, why);
  }

  @Override
  public void congested() {
    counts.add(Count.SN_CONGESTED, 1);
  }

  @Override
  public void asleepChanged(int change) {
    counts.add(Count.SN_ASLEEP, change);
  }
}
