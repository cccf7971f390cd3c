package io.whimbrel.core.shard;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.Rights;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.session.AckBarrier;
import io.whimbrel.core.session.Session;
import org.jspecify.annotations.Nullable;

/** Wills that are due (3.1.2.5): each is published if its client still may. Owned by its shard. */
record Wills(Shard shard, Router router) {

  /**
   * Publishes a will, also where the store is full, since nobody can be told of that.
   *
   * @param removed see {@link io.whimbrel.core.session.Home#publishWill}
   */
  AckBarrier publish(Session session, Publication will, @Nullable JournalRecord removed) {
    AckBarrier barrier = new AckBarrier(session.durability());
    ReasonCode verdict = rights(session).mayPublish(will.topic(), will.qos(), will.retain());
    if (verdict.isError()) {
      String clientId = session.ref().clientId();
      shard.observer().messageDropped(shard.shard(), DropReason.NOT_AUTHORISED, clientId);
      if (removed != null) {
        shard.append(removed);
      }
    } else {
      shard.observer().mark("will published");
      router.publish(will, removed, barrier, shard.isStoreFull());
    }
    barrier.arrive(1);
    return barrier;
  }

  private Rights rights(Session session) {
    Rights known = session.willRights();
    return known != null
        ? known
        : shard
            .access()
            .rightsOf(new Identity(session.ref().clientId(), session.user(), "", Origin.FORGOTTEN));
  }
}
