package io.whimbrel.core.shard;

import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.BrokerObserver;
import io.whimbrel.core.port.Mailboxes;
import io.whimbrel.core.retain.RetainedMessages;
import io.whimbrel.core.routing.Directory;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.routing.SubscriptionIndex;
import java.util.concurrent.atomic.AtomicInteger;

/** What all shards of one broker share, each part made for it. */
record BrokerShared(
    int shards,
    LimitsInForce limits,
    Access access,
    BrokerObserver observer,
    Mailboxes mailboxes,
    Directory directory,
    SubscriptionIndex<SessionRef> subscriptions,
    RetainedMessages<Publication> retained,
    Lanes lanes,
    AtomicInteger clients,
    AssignedIds assigned,
    QueuedBytes queuedBytes) {}
