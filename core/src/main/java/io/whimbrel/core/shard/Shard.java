package io.whimbrel.core.shard;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.connection.Host;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.BrokerObserver;
import io.whimbrel.core.port.ConnectionOutput;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Mailboxes;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.PacketOutput;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.retain.RetainedMessages;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.routing.SubscriptionIndex;
import io.whimbrel.core.session.AckBarrier;
import io.whimbrel.core.session.Delivery;
import io.whimbrel.core.session.Session;
import io.whimbrel.core.session.SessionImage;
import io.whimbrel.core.session.Timer;
import io.whimbrel.core.session.Timers;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the broker: its connections, the sessions that live with them, their
 * timers, its journal. Everything happens in turns, on one thread:
 *
 * <pre>
 * beginTurn(now) · bytes, mail, timers in any order · endTurn(): journal batch to the committer,
 *                                        then letters to the others; then the edge flushes
 * </pre>
 *
 * <p>The order at the end matters: whoever hears of something can only append after it.
 */
public final class Shard implements Host, Journal.Listener {
  private final int index;
  private final BrokerShared shared;
  private final Timers timers = new Timers(action -> guarded("timer", action));
  private final ShardJournal journal = new ShardJournal();
  private final Pages pages;
  private final Outboxes outboxes;
  private final Arrivals arrivals;
  private final RetainedSweep sweep;
  private final Router router;
  private final Wills wills;
  private final Seats seats;
  private final Fences fences;
  private final Map<SessionRef, Session> sessions = new LinkedHashMap<>();
  private final Map<SessionRef, Session> ending = new HashMap<>();
  private final Connections connections = new Connections();
  private final ArrayDeque<Runnable> nextTurn = new ArrayDeque<>();
  private Limits limits; // of this turn
  private long now;
  private boolean stopping;

  Shard(int index, BrokerShared shared) {
    this.index = index;
    this.shared = shared;
    this.limits = shared.limits().now();
    this.pages = new Pages(journal, this::limits);
    this.outboxes = new Outboxes(index, shared.shards(), shared.mailboxes(), shared.lanes());
    this.arrivals = new Arrivals(shared.shards());
    this.sweep = new RetainedSweep(this);
    this.router = new Router(this, new Matcher(shared.subscriptions()), arrivals, sweep, ending);
    this.wills = new Wills(this, router);
    this.seats = new Seats(this, shared.directory(), arrivals, ending);
    this.fences = new Fences(this, arrivals, seats);
  }

  void journal(Journal own) {
    journal.open(own);
  }

  // ---------------------------------------------------------------- turns

  /** Begins a turn at the given broker time, which never goes back. */
  public void beginTurn(long nowMillis) {
    now = Math.max(now, nowMillis);
    limits = shared.limits().now();
  }

  /** A network connection was accepted, at this time. */
  public Connection open(ConnectionOutput output, Origin origin, long acceptedMillis) {
    return connections.add(new Connection(this, output, origin, acceptedMillis), isOver());
  }

  /** The same for a peer of a gateway, which is spoken to in packets. */
  public Connection open(PacketOutput output, Origin origin) {
    return connections.add(new Connection(this, output, origin, now), isOver());
  }

  private boolean isOver() {
    return stopping || journal.isFailed();
  }

  /** The edge has let go of a connection. */
  public void closed(Connection connection) {
    connection.onNetworkClosed();
    connections.remove(connection);
  }

  /** A message from the mailbox; mail of other makers is refused. */
  public void receive(Mailboxes.Mail mail) {
    if (!(mail instanceof ShardMail known)) {
      throw new IllegalArgumentException("not a shard's mail: " + mail.getClass());
    }
    if (known instanceof ShardMail.Letters letters) {
      try {
        for (Letter letter : letters.letters()) {
          guarded("letter", () -> onLetter(letters.from(), letter));
        }
      } finally { // an Error must not leave the lane full for ever
        if (shared.lanes().received(letters.from(), index, letters.letters().size())) {
          shared.mailboxes().post(letters.from(), new ShardMail.LaneOpen());
        }
      }
    } else if (known instanceof ShardMail.Run run) {
      guarded("task", run.action());
    } else if (known instanceof ShardMail.Durable durable) {
      onDurable(durable.reached(), durable.upTo());
    } else if (known instanceof ShardMail.Page page) {
      onPage(page.page());
    } else if (known instanceof ShardMail.Failed failure) {
      onFailed(failure.from(), failure.why());
    } else {
      wakeCongested();
    }
  }

  /** Does what is due: timers, and work that was put off to this turn; a bounded slice of each. */
  public void advance() {
    for (int left = nextTurn.size(); left > 0; left--) {
      guarded("slice", nextTurn.remove());
    }
    timers.advance(now, limits.sliceMax());
  }

  /** Ends a turn; see the class. */
  public void endTurn() {
    journal.commit();
    outboxes.post();
  }

  /**
   * Broker time by which {@link #advance} has something to do; at once if it is not later than now.
   */
  public long nextMillis() {
    return nextTurn.isEmpty() ? timers.nextMillis() : now;
  }

  /** Tells every client that the broker stops, and closes. */
  public void shutdown() {
    stopping = true;
    connections.each(connection -> guarded("shutdown", connection::onShutdown));
  }

  /** Ends the connections of these clients, as if lost; returns how many there were. */
  public int dismiss(Predicate<Identity> whom, ReasonCode reason, String why) {
    return connections.dismiss(whom, reason, why);
  }

  private void guarded(String what, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      // One failing step must not take the loop with it.
      shared.observer().internalError(index, what, e);
    }
  }

  // ---------------------------------------------------------------- letters

  void tell(int to, Letter letter) {
    outboxes.add(to, letter);
  }

  void onLetter(int from, Letter letter) {
    if (letter instanceof Letter.Deliver deliver) {
      router.deliver(deliver);
    } else if (letter instanceof Letter.Released released) {
      released.barrier().arrive(released.deliveries());
    } else if (letter instanceof Letter.Prepared prepared) {
      router.prepared(prepared);
    } else if (letter instanceof Letter.Reveal reveal) {
      router.reveal(reveal);
    } else if (letter instanceof Letter.Claim claim) {
      seats.onClaim(claim);
    } else if (letter instanceof Letter.Refused refused) {
      refused.tell();
    } else if (letter instanceof Letter.Withdrawal withdrawal) {
      seats.onWithdrawal(withdrawal);
    } else if (letter instanceof Letter.HandOver handOver) {
      seats.onHandOver(handOver);
    } else {
      fences.onLetter(letter);
    }
  }

  // ---------------------------------------------------------------- journal

  @Override
  public long append(JournalRecord record) {
    return journal.append(record);
  }

  @Override
  public void whenDurable(long position, DurabilityLevel level, Runnable action) {
    journal.when(position, level, action);
  }

  void onceSynced(int more, Runnable action) {
    journal.onceSynced(more, action);
  }

  @Override
  public void onDurable(DurabilityLevel reached, long upTo) {
    guarded("durable", () -> journal.reached(reached, upTo));
    wakeCongested();
  }

  @Override
  public boolean keepsQueues() {
    return journal.keepsQueues();
  }

  @Override
  public void readQueue(SessionKey session, long fromSequence, Consumer<QueuePage> taker) {
    pages.read(session, fromSequence, taker);
  }

  @Override
  public void onPage(QueuePage page) {
    guarded("page", () -> pages.onPage(page));
  }

  /** The store is gone: no acknowledgement leaves any more, every connection is closed. */
  @Override
  public void onFailed(long from, String why) {
    journal.fail();
    connections.each(connection -> guarded("failed store", connection::onShutdown));
  }

  // ---------------------------------------------------------------- sessions

  @Nullable Session session(SessionRef ref) {
    return sessions.get(ref);
  }

  void admit(Session session) {
    sessions.put(session.ref(), session);
  }

  void forget(SessionRef ref) {
    sessions.remove(ref);
  }

  /** A retained message was found on disk. */
  void restored(Publication retained) {
    sweep.expect(retained);
  }

  /**
   * Takes on a session that was found on disk, in the order of their incarnations.
   *
   * <p>Where a newer life of it exists, the end of the older did not reach the journal: it ends
   * once all that it may owe something to are there, by {@link #endOutlived}.
   */
  void restore(SessionImage image) {
    SessionRef ref = new SessionRef(image.key(), image.expirySeconds() > 0, true, index);
    Session session = new Session(ref, image.user(), this);
    admit(session);
    seats.restored(shared.directory().restore(image.key().clientId(), index), session);
    shared.observer().sessionOpened(index);
    session.restore(image, now);
  }

  /** All sessions that were found are here. */
  void endOutlived() {
    seats.endOutlived();
  }

  @Override
  public Session openSession(Connection connection, String clientId, String user, boolean lasting) {
    SessionKey key = new SessionKey(clientId, shared.directory().nextIncarnation());
    boolean recorded = connection.durability() != DurabilityLevel.MEMORY;
    Session session = new Session(new SessionRef(key, lasting, recorded, index), user, this);
    admit(session);
    seats.opened(clientId, session);
    shared.observer().sessionOpened(index);
    return session;
  }

  @Override
  public void ended(Session session) {
    forget(session.ref());
    seats.ended(session);
  }

  @Override
  public void claim(Connection connection, boolean cleanStart) {
    seats.claim(connection, cleanStart);
  }

  @Override
  public void vacate(Connection connection) {
    seats.vacate(connection.clientId(), connection);
  }

  // ---------------------------------------------------------------- publishing

  @Override
  public int publish(
      Publication publication,
      SessionRef publisher,
      JournalRecord.@Nullable Received received,
      AckBarrier barrier) {
    return router.publish(publication, received, barrier);
  }

  /** Publishes in the name of the broker itself; nobody is told whether it arrived. */
  public void publish(Publication publication) {
    router.publish(publication, null, new AckBarrier(DurabilityLevel.MEMORY));
  }

  @Override
  public boolean wouldBeRecorded(TopicName topic, Qos qos) {
    return router.wouldBeRecorded(topic, qos);
  }

  @Override
  public AckBarrier publishWill(
      Session session, Publication will, @Nullable JournalRecord removed) {
    return wills.publish(session, will, removed);
  }

  @Override
  public void redistribute(Session from, TopicFilter share, Delivery delivery, Runnable done) {
    router.redistribute(from, share, delivery, done);
  }

  // ---------------------------------------------------------------- limits

  @Override
  public boolean isMemoryFull() {
    long bytes = shared.retained().bytes() + shared.queuedBytes().sum();
    return bytes >= limits.memoryBytesMax();
  }

  @Override
  public boolean isStoreFull() {
    return !journal.hasRoom();
  }

  @Override
  public void queued(int messages, long bytes) {
    shared.queuedBytes().change(index, bytes);
    shared.observer().queuedChanged(index, messages, bytes);
  }

  @Override
  public void stored(int messages, long bytes) {
    if (messages != 0) {
      shared.queuedBytes().change(index, -bytes);
      shared.observer().storedChanged(index, messages, bytes);
    }
  }

  @Override
  public boolean isCongested() {
    return journal.isBehind(limits.uncommittedBytesMax()) || outboxes.anyFull();
  }

  @Override
  public void awaitUncongested(Connection connection) {
    connections.await(connection);
  }

  private void wakeCongested() {
    if (!isCongested()) {
      connections.awaiting(one -> guarded("uncongested", one::onUncongested));
    }
  }

  @Override
  public boolean hasRoomForClient() {
    return shared.clients().get() < limits.connectionsMax();
  }

  @Override
  public void clientsChanged(int change) {
    shared.clients().addAndGet(change);
    shared.observer().connectedChanged(index, change);
  }

  // ---------------------------------------------------------------- what it offers

  @Override
  public String assignClientId() {
    return shared.assigned().next();
  }

  @Override
  public void post(Runnable action) {
    shared.mailboxes().post(index, new ShardMail.Run(action));
  }

  @Override
  public Timer timer(Runnable action) {
    return timers.timer(action);
  }

  @Override
  public void nextTurn(Runnable action) {
    nextTurn.add(action);
  }

  @Override
  public int shard() {
    return index;
  }

  int shards() {
    return shared.shards();
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public Access access() {
    return shared.access();
  }

  @Override
  public BrokerObserver observer() {
    return shared.observer();
  }

  @Override
  public SubscriptionIndex<SessionRef> subscriptions() {
    return shared.subscriptions();
  }

  @Override
  public RetainedMessages<Publication> retained() {
    return shared.retained();
  }

  /** The sessions that live here; for tests and tools, within a turn. */
  public Collection<Session> sessions() {
    return sessions.values();
  }

  /** Sessions whose hand-over is not complete; for tests and metrics. */
  public int arrivalsPending() {
    return arrivals.size();
  }

  /** Promises that wait for the journal; for tests and metrics. */
  public int promisesPending() {
    return journal.waiting();
  }

  /** Pages of queues that are still to come; for tests and metrics. */
  public int pagesPending() {
    return pages.size();
  }

  /** Client identifiers served here; for tests and metrics. */
  public int seatsTaken() {
    return seats.size();
  }
}
