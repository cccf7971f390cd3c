package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.port.Rights;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the broker keeps for a client until its Session Expiry Interval has passed (4.1):
 * subscriptions, messages on their way, identifiers of QoS 2 messages received, the will. Owned by
 * the shard it lives on; handed over whole when its client returns on another.
 *
 * <p>Its life: {@code opened → connected ⇄ away → ended}. Owners apply at append: what is recorded
 * in the journal is already true here.
 */
public final class Session {
  /** A Session Expiry Interval that never passes. */
  public static final long FOR_EVER = 0xFFFF_FFFFL;

  // Valid for the session.
  private final SessionRef ref;
  private final Subscriptions subscriptions;
  private final Outgoing outgoing;
  private final Replays replays;
  private @Nullable ReceivedIds received;
  private Home home;
  private Timer timer;
  private final Recording recording;
  private final Debts debts = new Debts();
  private final SharedMoves moves;

  // Valid from one connection to the next.
  private long expirySeconds;
  private @Nullable WillMessage will;
  private @Nullable Rights willRights;
  private long willAt = Timer.OFF;
  private long endsAt = Timer.OFF;
  private boolean connected;
  private DurabilityLevel durability = DurabilityLevel.DISK;

  /**
   * A new session without state.
   *
   * @param user who may take it over, empty for anonymous clients
   */
  public Session(SessionRef ref, String user, Home home) {
    this.ref = ref;
    this.home = home;
    this.outgoing = new Outgoing(this, home, debts);
    this.replays = new Replays(this);
    this.subscriptions = new Subscriptions(this, replays);
    this.recording = new Recording(this, user, subscriptions, outgoing);
    this.moves = outgoing.moves();
    this.timer = home.timer(this::onTimer);
  }

  // ---------------------------------------------------------------- connected and away

  /**
   * A connection takes the session on; a will that waited is cancelled [MQTT-3.1.3-9]. What was
   * nobody's is its user's from now on.
   *
   * @param replaces whether it follows one that ended for its clean start: a crash must not bring
   *     that one back, so the journal has to know of this one, whatever its expiry
   * @return the journal position CONNACK has to wait for, 0 for none
   */
  public long connect(Peer peer, boolean replaces, long newExpirySeconds, @Nullable WillMessage w) {
    connected = true;
    ref.connected(true);
    timer.cancel();
    willAt = Timer.OFF;
    endsAt = Timer.OFF;
    boolean matters = replaces || w != null || will != null;
    will = w;
    expirySeconds = newExpirySeconds;
    durability = peer.durability();
    long position = recording.connected(peer, matters, expirySeconds, w);
    outgoing.attach(peer, position);
    return position;
  }

  /** Another Will, or none; gives the position its acknowledgement waits for, 0 for none. */
  public long changeWill(Peer peer, @Nullable WillMessage w) {
    will = w;
    return recording.connected(peer, true, expirySeconds, w);
  }

  /** Runs the action, with the position to wait for, once the journal was told all of it. */
  public void whenRecorded(long position, LongConsumer action) {
    recording.whenComplete(position, action);
  }

  /** CONNACK left: what waited may follow. */
  public void resume() {
    outgoing.resume();
    replays.step();
  }

  /**
   * The network connection is gone; gives the position its close has to wait for, 0 for none.
   *
   * @param discardWill after DISCONNECT with reason 0x00 [MQTT-3.14.4-3]
   * @param newExpirySeconds as DISCONNECT changed it, or what CONNECT said
   * @param left whose rights at this end are those of its Will
   */
  public long disconnect(boolean discardWill, long newExpirySeconds, Peer left) {
    connected = false;
    ref.connected(false);
    outgoing.detach();
    expirySeconds = newExpirySeconds;
    boolean takesBack = discardWill && will != null;
    will = discardWill ? null : will;
    willRights = will == null ? null : left.rights();
    long now = home.now();
    endsAt = deadline(now, expirySeconds);
    willAt = will == null ? Timer.OFF : Math.min(deadline(now, will.delaySeconds()), endsAt);
    long position = recording.disconnected(now, expirySeconds, will != null, willAt);
    onTimer();
    if (!ref.isEnded()) {
      moves.clientLeft();
    }
    return takesBack ? position : 0;
  }

  /**
   * The session ends: Clean Start, expiry, or an administrator. A will that waits is published. The
   * journal hears of the end when nothing is owed any more; see {@link #whenSettled}.
   */
  public void end(boolean expired) {
    if (ref.isEnded()) {
      return;
    }
    subscriptions.clear();
    ref.end();
    moves.sessionEnds();
    replays.clear();
    outgoing.discard();
    timer.cancel();
    debts.addLast(this::recordEnd);
    home.observer().sessionEnded(home.shard(), expired);
    home.ended(this);
  }

  private void recordEnd() {
    JournalRecord over = recording.ended();
    if (will != null) {
      fireWill(over); // the session's end is the last moment for it [MQTT-3.1.2-8]
    } else if (over != null) {
      home.append(over);
    }
  }

  private void onTimer() {
    long now = home.now();
    if (endsAt <= now) {
      end(expirySeconds > 0); // [MQTT-4.1.0-2]; with zero it ends as its client leaves
      return;
    }
    if (willAt <= now) {
      fireWill(recording.willRemoved());
    }
    long next = Math.min(willAt, endsAt);
    if (next != Timer.OFF) {
      timer.arm(next);
    }
  }

  private void fireWill(@Nullable JournalRecord removed) {
    WillMessage due = will;
    will = null;
    willAt = Timer.OFF;
    if (due != null) {
      home.publishWill(this, due.at(home.now()), removed).whenOpen(debts.add());
    }
  }

  private static long deadline(long now, long seconds) {
    return seconds >= FOR_EVER ? Timer.OFF : now + seconds * 1000;
  }

  // ---------------------------------------------------------------- between shards

  /** Leaves its shard; nothing of that shard points to it afterwards. */
  public void leave() {
    timer.cancel();
    replays.leave();
    outgoing.leave();
    recording.leave();
    moves.leave();
    timer = new Timer(new Timers(), () -> {}); // the old one stays behind, disarmed
  }

  /** Arrives on a shard, away from its client until a connection takes it on. */
  public void arrive(Home newHome) {
    home = newHome;
    outgoing.arrive(newHome);
    timer = newHome.timer(this::onTimer);
    armTimer();
  }

  /** Waits for its deadlines, as they were set when the client left. */
  public void armTimer() {
    if (!connected) {
      long next = Math.min(willAt, endsAt);
      if (next != Timer.OFF) {
        timer.arm(Math.max(next, home.now()));
      }
    }
  }

  // ---------------------------------------------------------------- subscriptions

  /**
   * Makes or replaces a subscription [MQTT-3.8.4-3].
   *
   * @param subscriptionId 0 for none
   * @return the journal position SUBACK has to wait for, 0 for none
   */
  public long subscribe(SubscriptionRequest request, int subscriptionId) {
    return subscriptions.subscribe(request, subscriptionId);
  }

  /** The retained messages of new subscriptions may follow: SUBACK was sent. */
  public void startReplays() {
    replays.step();
  }

  /**
   * Deletes a subscription [MQTT-3.10.4-1].
   *
   * @return the journal position UNSUBACK has to wait for, 0 for none; -1 where there was none
   */
  public long unsubscribe(TopicFilter filter) {
    long position = subscriptions.unsubscribe(filter);
    if (position >= 0) {
      moves.unsubscribed(filter);
    }
    return position;
  }

  /** Puts back messages of a Shared Subscription that no other member could take. */
  public void putBack(Delivery delivery) {
    if (ref.isEnded()) {
      home.observer().messageDropped(home.shard(), DropReason.SESSION_ENDED, ref.clientId());
      return;
    }
    outgoing.putBack(delivery);
    outgoing.pump();
  }

  // ---------------------------------------------------------------- messages out

  /**
   * Queues or sends a message.
   *
   * @param share the Shared Subscription it came by, or null
   * @return the journal position its acknowledgement has to wait for, 0 for none
   */
  public long deliver(
      Publication publication,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter share) {
    return outgoing.deliver(publication, qos, retain, subscriptionIds, share);
  }

  /** Whether a message would find room in the queue without displacing another. */
  public boolean hasRoomFor(Publication publication) {
    return outgoing.queue().hasRoomFor(publication);
  }

  /** Queues a message of QoS 1 or 2 until {@link #reveal}; gives its record, or null if dropped. */
  public JournalRecord.@Nullable Queued hold(
      Publication publication,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter share) {
    Delivery held = outgoing.hold(publication, qos, retain, subscriptionIds, share);
    return held == null ? null : held.record(ref.key());
  }

  /**
   * The transaction that a held message belongs to has reached its level.
   *
   * @param written whether the journal can give the message back
   */
  public void reveal(long sequence, boolean written) {
    if (ref.isEnded()) {
      moves.revealed(sequence);
      return;
    }
    boolean late = recording.revealing(sequence);
    outgoing.reveal(sequence, written && !late);
  }

  /** Whether a retained message may join the queue now without crowding it. */
  boolean hasRoomForReplay() {
    return connected && outgoing.isFlowing() && outgoing.queue().waiting() < Replays.WAITING_MAX;
  }

  /** The peer takes packets again. */
  public void onWritable() {
    outgoing.pump();
    replays.step();
  }

  /** PUBACK came; false where it answers nothing. */
  public boolean onPuback(int packetId, ReasonCode reason) {
    boolean known = outgoing.onPuback(packetId, reason);
    replays.step();
    return known;
  }

  /** PUBREC came; gives the PUBREL reason to answer with now, or null for none. */
  public @Nullable ReasonCode onPubrec(int packetId, ReasonCode reason) {
    return outgoing.onPubrec(packetId, reason);
  }

  /** PUBCOMP came; false where it answers nothing. */
  public boolean onPubcomp(int packetId) {
    boolean known = outgoing.onPubcomp(packetId);
    replays.step();
    return known;
  }

  // ---------------------------------------------------------------- messages in, QoS 2

  /** The barrier of a QoS 2 message that was taken and not released, or null. */
  public @Nullable AckBarrier received(int packetId) {
    return received == null ? null : received.find(packetId);
  }

  /** Takes a QoS 2 identifier; its PUBREC leaves when the barrier opens. */
  public void receive(int packetId, AckBarrier barrier) {
    if (received == null) {
      received = new ReceivedIds();
    }
    received.add(packetId, barrier);
  }

  /**
   * PUBREL came.
   *
   * @return the journal position PUBCOMP has to wait for, 0 for none; -1 where it is unknown
   */
  public long release(int packetId) {
    if (received == null || !received.remove(packetId)) {
      return -1;
    }
    return ref.isDurable() ? home.append(new JournalRecord.PubrelReceived(ref.key(), packetId)) : 0;
  }

  /** Whether the journal may hear of its next connection or, once it ended, of the next life. */
  public boolean isSettled() {
    return debts.arePaid();
  }

  /** Runs the action when that may be so; ask again, since there may be new debts by then. */
  public void whenSettled(Runnable action) {
    debts.whenPaid(action);
  }

  /** Runs the action once no QoS 2 message taken waits for its promise; a hand-over needs that. */
  public void whenReceivedSafe(Runnable action) {
    if (received == null) {
      action.run();
    } else {
      received.whenSafe(action);
    }
  }

  /** Whether every QoS 2 message taken is safe. */
  public boolean isReceivedSafe() {
    return received == null || received.pending() == 0;
  }

  /** QoS 2 messages taken and not released. */
  public Set<Integer> receivedIds() {
    return received == null ? Set.of() : received.all();
  }

  // ---------------------------------------------------------------- found on disk

  /** Takes on what an image of the journal holds. */
  public void restore(SessionImage image, long now) {
    recording.restored(image.connections());
    expirySeconds = image.expirySeconds();
    will = image.will();
    endsAt = image.connected() ? deadline(now, expirySeconds) : image.endsAt();
    willAt =
        will == null
            ? Timer.OFF
            : image.connected()
                ? Math.min(deadline(now, will.delaySeconds()), endsAt)
                : image.willAt();
    image.subscriptions().forEach(subscriptions::restore);
    image.receivedIds().forEach(id -> receive(id, AckBarrier.opened()));
    outgoing.restore(image);
    if (image.connected()) {
      // A crash cut the connection: the journal learns when the clock of its absence started.
      recording.disconnected(now, expirySeconds, will != null, willAt);
    }
    armTimer();
  }

  // ---------------------------------------------------------------- to look at

  /** How others point at it. */
  public SessionRef ref() {
    return ref;
  }

  /** Whose it is; empty where no client that had it has proved a name. */
  public String user() {
    return recording.user();
  }

  /** Whether the journal knows of it. */
  public boolean isRecorded() {
    return recording.isRecorded();
  }

  /** Whether a connection has it. */
  public boolean isConnected() {
    return connected;
  }

  /** The level of the connection that took it on last; of a session found on disk, the disk. */
  public DurabilityLevel durability() {
    return durability;
  }

  /** Session Expiry Interval in force, seconds. */
  public long expirySeconds() {
    return expirySeconds;
  }

  /** The will in force, or null. */
  public @Nullable WillMessage will() {
    return will;
  }

  /** What the client that left the will may do; null where that was in an earlier run. */
  public @Nullable Rights willRights() {
    return willRights;
  }

  /** Whether it holds exactly this filter. */
  public boolean hasSubscription(TopicFilter filter) {
    return subscriptions.contains(filter);
  }

  /** Its subscriptions, in the order they were made. */
  public Collection<Subscription> subscriptions() {
    return subscriptions.all();
  }

  /** What is in flight, and then what waits in memory, in order. */
  public List<Delivery> queue() {
    return outgoing.contents();
  }

  /** The places in the queue of what waits on disk alone, in order. */
  public List<Long> spilled() {
    return outgoing.queue().spilledSequences();
  }

  /** Messages waiting or in flight. */
  public int queueMessages() {
    return outgoing.queue().messages();
  }

  /** Their bytes. */
  public long queueBytes() {
    return outgoing.queue().bytes();
  }

  /** Of these, what is in memory. */
  public long residentBytes() {
    return outgoing.queue().residentBytes();
  }

  Home home() {
    return home;
  }
}
