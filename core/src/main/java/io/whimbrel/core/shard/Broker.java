package io.whimbrel.core.shard;

import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.BrokerObserver;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Mailboxes;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.retain.RetainedMessages;
import io.whimbrel.core.routing.Directory;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SubscriptionIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker without a world: so many shards, and what they share. Whoever holds it gives each shard
 * its turns, on one thread each; the network, the disk and the clock are behind the ports.
 */
public final class Broker {
  private final BrokerShared shared;
  private final List<Shard> shards = new ArrayList<>();

  /** Makes the journal of a shard, which answers to the listener on the shard's thread. */
  public interface Journals {
    /** The journal of the shard with the given index. */
    Journal open(int shard, Journal.Listener listener);
  }

  /**
   * @param shardCount event loops, at least one
   * @param key a secret number: assigned client ids and hashes are not to be guessed
   */
  public Broker(
      int shardCount,
      Limits limits,
      Access access,
      BrokerObserver observer,
      Mailboxes mailboxes,
      Journals journals,
      long key) {
    Directory directory = new Directory();
    shared =
        new BrokerShared(
            shardCount,
            new LimitsInForce(limits),
            access,
            observer,
            mailboxes,
            directory,
            new SubscriptionIndex<>(key),
            new RetainedMessages<>(Publication::bytes, key),
            new Lanes(shardCount, limits.laneMessagesMax()),
            new AtomicInteger(),
            new AssignedIds(directory, key),
            new QueuedBytes(shardCount));
    for (int i = 0; i < shardCount; i++) {
      Shard shard = new Shard(i, shared);
      shard.journal(journals.open(i, shard));
      shards.add(shard);
    }
  }

  /** The shards; each is its thread's. */
  public List<Shard> shards() {
    return List.copyOf(shards);
  }

  /**
   * Takes on what a store remembers. Before the first turn, on one thread that all shards' threads
   * start after.
   *
   * @param nowMillis broker time, not before the store's mark
   */
  public void load(Recovery recovery, long nowMillis) {
    shared.directory().incarnationsAfter(recovery.lastIncarnation());
    shared.retained().versionsAfter(recovery.lastVersion());
    shards.forEach(shard -> shard.beginTurn(nowMillis));
    Loading loading =
        new Loading(this::restore, session -> shardOf(session.key().clientId()).restore(session));
    recovery.load(loading);
    loading.finish();
    shards.forEach(Shard::endOutlived);
    shards.forEach(Shard::endTurn);
  }

  private void restore(JournalRecord.Retained retained) {
    Publication message = retained.message();
    if (message != null) {
      shared.retained().restore(retained.topic(), message, retained.version());
      shards.get(0).restored(message);
    }
  }

  private Shard shardOf(String clientId) {
    return shards.get(Math.floorMod(clientId.hashCode(), shards.size()));
  }

  /**
   * From each shard's next turn on these limits hold; from any thread. What was agreed with a
   * client when it connected stays as it is, and so does {@link Limits#laneMessagesMax}.
   */
  public void limits(Limits next) {
    shared.limits().become(next);
  }

  /** Retained messages now; cheap, from any thread. */
  public long retainedMessages() {
    return shared.retained().count();
  }

  /** Their bytes; cheap, from any thread. */
  public long retainedBytes() {
    return shared.retained().bytes();
  }

  /** Subscriptions now, shared ones included; cheap, from any thread. */
  public int subscriptions() {
    return shared.subscriptions().subscriptions() + shared.subscriptions().sharedSubscriptions();
  }

  /** Shared subscriptions now; cheap, from any thread. */
  public int sharedSubscriptions() {
    return shared.subscriptions().sharedSubscriptions();
  }

  /** Clients connected now; cheap, from any thread. */
  public int clients() {
    return shared.clients().get();
  }

  /** Bytes of queued messages that are in memory; cheap, from any thread. */
  public long queuedBytes() {
    return shared.queuedBytes().sum();
  }

  /** Letters on their way from one shard to another; cheap, from any thread. */
  public int lane(int from, int to) {
    return shared.lanes().letters(from, to);
  }
}
