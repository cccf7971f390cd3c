package io.whimbrel.core.shard;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.session.AckBarrier;
import io.whimbrel.core.session.Delivery;
import io.whimbrel.core.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes publications to the sessions that want them, here and on other shards. Owned by its shard.
 *
 * <p>Two ways. <em>Plain</em>: every shard queues and records for its own sessions; the publisher's
 * barrier counts the lasting takers off. <em>As a transaction</em>: where a fact of this shard must
 * not become durable without the deliveries, nor they without it; see {@link Transaction}.
 */
final class Router {
  private final Shard shard;
  private final Matcher matcher;
  private final Arrivals arrivals;
  private final RetainedSweep sweep;
  private final Map<SessionRef, Session> ending;

  /**
   * @param ending sessions that are over and still owe something
   */
  Router(
      Shard shard,
      Matcher matcher,
      Arrivals arrivals,
      RetainedSweep sweep,
      Map<SessionRef, Session> ending) {
    this.shard = shard;
    this.matcher = matcher;
    this.arrivals = arrivals;
    this.sweep = sweep;
    this.ending = ending;
  }

  // ---------------------------------------------------------------- publishing

  /**
   * Routes a publication.
   *
   * @param own a fact of this shard that belongs together with the deliveries, or null
   * @param barrier opens when all that was promised is durable; the caller arrives once itself
   * @return how many sessions take it
   */
  int publish(Publication publication, @Nullable JournalRecord own, AckBarrier barrier) {
    return publish(publication, own, barrier, false); // the store was asked before it was let in
  }

  /**
   * The same for what nobody can be told of that the store is full: where it is, takers that are
   * not recorded have it all the same, and what the others lose is counted.
   */
  int publish(
      Publication publication, @Nullable JournalRecord own, AckBarrier barrier, boolean storeFull) {
    JournalRecord retained = publication.retain() ? retain(publication, storeFull) : null;
    List<Letter.Taker> found = matcher.takers(publication);
    if (storeFull) {
      found = withoutWhatIsRecorded(found);
    }
    if (own != null && isAnyPromisedElsewhere(found)) {
      shard.observer().mark("transaction over shards");
      publishTogether(publication, found, own, retained, barrier);
    } else {
      publishPlain(publication, found, own, retained, barrier);
    }
    return found.size();
  }

  private List<Letter.Taker> withoutWhatIsRecorded(List<Letter.Taker> found) {
    List<Letter.Taker> left = new ArrayList<>(found);
    left.removeIf(
        taker -> {
          boolean recorded = taker.session().isDurable() && taker.qos() != Qos.AT_MOST_ONCE;
          if (recorded) {
            drop(DropReason.STORE_FULL, taker.session().clientId());
          }
          return recorded;
        });
    return left;
  }

  /** Whether a message would be queued for a session that is recorded. */
  boolean wouldBeRecorded(TopicName topic, Qos qos) {
    return matcher.findsRecorded(topic, qos);
  }

  private boolean isAnyPromisedElsewhere(List<Letter.Taker> found) {
    for (int i = 0; i < found.size(); i++) {
      if (isPromisedElsewhere(found.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** On another shard, or arriving here: either way it is not queued within this turn. */
  private boolean isPromisedElsewhere(Letter.Taker taker) {
    SessionRef session = taker.session();
    boolean here = shard.session(session) != null && !arrivals.isOpen(session);
    return taker.isPromised() && !here;
  }

  private void publishPlain(
      Publication publication,
      List<Letter.Taker> found,
      @Nullable JournalRecord own,
      @Nullable JournalRecord retained,
      AckBarrier barrier) {
    long position = own == null ? 0 : shard.append(own);
    if (retained != null) {
      position = shard.append(retained);
    }
    boolean promised = publication.qos() != Qos.AT_MOST_ONCE;
    // QoS 2 counts its takers off at every level: until then the session stays where it is, so
    // that whatever connection it goes on with finds their records before its own.
    boolean counted =
        publication.qos() == Qos.EXACTLY_ONCE
            || (promised && barrier.level() != DurabilityLevel.MEMORY);
    send(publication, found, counted ? barrier : null, null);
    if (position > 0 && promised) {
      barrier.expect(1);
      shard.whenDurable(position, barrier.level(), () -> barrier.arrive(1));
    }
  }

  private void publishTogether(
      Publication publication,
      List<Letter.Taker> found,
      JournalRecord own,
      @Nullable JournalRecord retained,
      AckBarrier barrier) {
    barrier.expect(1);
    Transaction transaction =
        new Transaction(
            barrier.level(), t -> commit(t, () -> barrier.arrive(1)), this::dropForEnded, null);
    transaction.add(own);
    if (retained != null) {
      transaction.add(retained);
    }
    send(publication, found, null, transaction);
    transaction.arrive(1, List.of());
  }

  private void commit(Transaction transaction, Runnable durable) {
    long position = 0;
    for (JournalRecord record : transaction.records()) {
      position = shard.append(record);
    }
    shard.whenDurable(
        position,
        transaction.level(),
        () -> {
          boolean written = transaction.level() != DurabilityLevel.MEMORY;
          for (Transaction.Held held : transaction.held()) {
            reveal(new Letter.Reveal(held.session(), held.sequence(), written));
          }
          durable.run();
        });
  }

  /** Changes the retained message before anybody is matched: no subscriber can miss both. */
  private @Nullable JournalRecord retain(Publication publication, boolean storeFull) {
    var retained = shard.retained();
    boolean recorded = !publication.topic().isSys();
    if (publication.payload().length == 0) { // [MQTT-3.3.1-6] [MQTT-3.3.1-7]
      long version = retained.removeVersioned(publication.topic());
      return recorded ? new JournalRecord.Retained(publication.topic(), version, null) : null;
    }
    if (recorded && !shard.retainedFits(publication.topic(), publication.payload().length)) {
      // A will: whoever publishes was told before.
      drop(DropReason.RETAINED_LIMIT, publication.publisher());
      return null;
    }
    if (recorded && storeFull) {
      drop(DropReason.STORE_FULL, publication.publisher());
      return null;
    }
    long version = retained.put(publication.topic(), publication); // [MQTT-3.3.1-5]
    sweep.expect(publication);
    return recorded ? new JournalRecord.Retained(publication.topic(), version, publication) : null;
  }

  // ---------------------------------------------------------------- sending

  private void send(
      Publication publication,
      List<Letter.Taker> found,
      @Nullable AckBarrier barrier,
      @Nullable Transaction transaction) {
    int me = shard.shard();
    Map<Integer, List<Letter.Taker>> elsewhere = null;
    List<Letter.Taker> here = null;
    for (int i = 0; i < found.size(); i++) {
      Letter.Taker taker = found.get(i);
      boolean promised = taker.isPromised();
      if (promised && transaction != null) {
        transaction.expect(1);
      } else if (promised && barrier != null) {
        barrier.expect(1);
      }
      int owner = taker.session().owner();
      if (owner != me) {
        if (elsewhere == null) {
          elsewhere = new LinkedHashMap<>();
        }
        elsewhere.computeIfAbsent(owner, o -> new ArrayList<>()).add(taker);
      } else if (promised || !deliverAtOnce(publication, taker)) {
        if (here == null) {
          here = new ArrayList<>();
        }
        here.add(taker);
      }
    }
    if (here != null) {
      deliver(new Letter.Deliver(publication, here, me, barrier, transaction, false));
    }
    if (elsewhere != null) {
      elsewhere.forEach(
          (owner, theirs) ->
              shard.tell(
                  owner, new Letter.Deliver(publication, theirs, me, barrier, transaction, false)));
    }
  }

  /** Delivers to a session that is here and owes nobody an answer; whether it is here. */
  private boolean deliverAtOnce(Publication publication, Letter.Taker taker) {
    Session session = shard.session(taker.session());
    if (session == null || arrivals.isOpen(taker.session())) {
      return false;
    }
    session.deliver(
        publication, taker.qos(), taker.retain(), taker.subscriptionIds(), taker.share());
    return true;
  }

  // ---------------------------------------------------------------- delivering

  /** Delivers to sessions that are here, or were, or will be. */
  void deliver(Letter.Deliver letter) {
    int released = 0;
    long position = 0;
    boolean together = letter.transaction() != null;
    List<Letter.HeldRecord> held = together ? new ArrayList<>() : List.of();
    List<Letter.Taker> gone = together ? new ArrayList<>(0) : List.of();
    int prepared = 0;
    for (Letter.Taker taker : letter.takers()) {
      Session session = shard.session(taker.session());
      boolean collect = together && taker.isPromised();
      if (postponed(session, taker, letter)) {
        continue;
      }
      if (session == null) {
        if (collect) {
          gone.add(taker);
        } else {
          dropForEnded(taker);
        }
      } else if (collect && refuses(letter.transaction(), session, letter.publication())) {
        gone.add(taker);
      } else if (collect) {
        JournalRecord.Queued record =
            session.hold(
                letter.publication(),
                taker.qos(),
                taker.retain(),
                taker.subscriptionIds(),
                taker.share());
        if (record != null) {
          held.add(new Letter.HeldRecord(taker.session(), record, taker.session().isDurable()));
        }
      } else {
        position =
            Math.max(
                position,
                session.deliver(
                    letter.publication(),
                    taker.qos(),
                    taker.retain(),
                    taker.subscriptionIds(),
                    taker.share()));
      }
      if (taker.isPromised()) {
        if (collect) {
          prepared++;
        } else {
          released++;
        }
      }
    }
    answer(letter, released, position, prepared, held, gone);
  }

  /** A message that only moves is not lost for want of room: it has a place already. */
  private static boolean refuses(
      @Nullable Transaction transaction, Session session, Publication publication) {
    return transaction != null
        && transaction.mayRefuse(session.ref())
        && !session.hasRoomFor(publication);
  }

  private void answer(
      Letter.Deliver letter,
      int released,
      long position,
      int prepared,
      List<Letter.HeldRecord> held,
      List<Letter.Taker> gone) {
    AckBarrier barrier = letter.barrier();
    if (barrier != null && released > 0) {
      shard.whenDurable(
          position,
          barrier.level(),
          () -> tellOrDo(letter.origin(), new Letter.Released(barrier, released)));
    }
    Transaction transaction = letter.transaction();
    if (transaction != null && prepared > 0) {
      List<Letter.Taker> promisedGone = gone.stream().filter(Letter.Taker::isPromised).toList();
      tellOrDo(letter.origin(), new Letter.Prepared(transaction, prepared, held, promisedGone));
    }
  }

  private void tellOrDo(int to, Letter letter) {
    if (to == shard.shard()) {
      shard.onLetter(to, letter);
    } else {
      shard.tell(to, letter);
    }
  }

  /** Holds a letter back for a session that is arriving, or sends it after one that has left. */
  private boolean postponed(@Nullable Session session, Letter.Taker taker, Letter.Deliver letter) {
    SessionRef ref = taker.session();
    if (ref.isEnded()) {
      return false;
    }
    if (session != null && (letter.forwarded() || !arrivals.isOpen(ref))) {
      return false;
    }
    boolean mine = ref.owner() == shard.shard();
    Letter.Deliver one =
        new Letter.Deliver(
            letter.publication(),
            List.of(taker),
            letter.origin(),
            letter.barrier(),
            letter.transaction(),
            !mine);
    if (mine) {
      shard.observer().mark("delivery waits for a session to arrive");
      if (!taker.isPromised() && arrivals.heldFor(ref) >= shard.limits().queueMessagesMax()) {
        drop(DropReason.QUEUE_MESSAGES, ref.clientId());
        return true;
      }
      arrivals.hold(ref, one);
    } else {
      shard.observer().mark("delivery forwarded");
      shard.tell(ref.owner(), one);
    }
    return true;
  }

  /**
   * A held message may be sent. It is in the session already, wherever that has gone since; one
   * that has ended may owe it to another.
   */
  void reveal(Letter.Reveal letter) {
    SessionRef ref = letter.session();
    Session session = ref.isEnded() ? ending.get(ref) : shard.session(ref);
    if (session != null) {
      session.reveal(letter.sequence(), letter.written());
    } else if (ref.owner() != shard.shard()) {
      shard.tell(ref.owner(), letter);
    } else if (!ref.isEnded()) {
      arrivals.hold(ref, letter); // the session itself is still on its way
    }
  }

  /** Some takers of a transaction have queued and hold their message. */
  void prepared(Letter.Prepared letter) {
    for (Letter.HeldRecord held : letter.held()) {
      letter.transaction().add(held);
    }
    letter.transaction().arrive(letter.takers(), letter.gone());
  }

  private void dropForEnded(Letter.Taker taker) {
    drop(DropReason.SESSION_ENDED, taker.session().clientId());
  }

  private void drop(DropReason reason, String clientId) {
    shard.observer().messageDropped(shard.shard(), reason, clientId);
  }

  // ---------------------------------------------------------------- shared subscriptions

  /** Gives a message of a shared group to another member; see {@link Session}. */
  void redistribute(Session from, TopicFilter share, Delivery delivery, Runnable done) {
    Publication publication = delivery.publication();
    SessionRef old = from.ref();
    Letter.Taker was =
        new Letter.Taker(old, delivery.qos(), delivery.retain(), delivery.subscriptionIds(), share);
    Letter.Taker next =
        matcher.otherMember(publication, was, !old.isEnded() && from.hasSubscription(share));
    if (next == null) {
      from.putBack(delivery);
      done.run();
      return;
    }
    shard.observer().mark("shared message redistributed");
    Move move = new Move(publication, was);
    Transaction transaction =
        new Transaction(from.durability(), t -> commitMove(t, done), move::onGone, old);
    move.transaction = transaction;
    if (old.isDurable()) {
      transaction.add(
          new JournalRecord.Completed(old.key(), delivery.sequence(), delivery.packetId()));
    }
    send(publication, List.of(next), null, transaction);
    transaction.arrive(1, List.of());
  }

  private void commitMove(Transaction move, Runnable done) {
    commit(move, () -> {});
    done.run();
  }

  /** A shared message between two members. */
  private final class Move {
    private static final int TRIES_MAX = 8;

    private final Publication publication;
    private final Letter.Taker was;
    private @Nullable Transaction transaction;
    private int tries;

    Move(Publication publication, Letter.Taker was) {
      this.publication = publication;
      this.was = was;
    }

    /** The member chosen has ended, or has no room: back to the first, or to another one. */
    void onGone(Letter.Taker gone) {
      Letter.Taker next = null;
      if (!was.session().isEnded()) {
        next = was;
      } else if (++tries < TRIES_MAX) {
        next = matcher.otherMember(publication, gone, false);
      }
      if (next == null) {
        dropForEnded(gone);
      } else {
        send(publication, List.of(next), null, transaction);
      }
    }
  }
}
