package io.whimbrel.core.shard;

import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.routing.Directory;
import io.whimbrel.core.routing.Place;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.session.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who sits where: for each Client Identifier this shard owns, its session and its connection.
 * Serves claims, one at a time for each identifier, the newest first; older ones are refused. A
 * session that is wanted elsewhere is handed over by message, whole. Owned by its shard.
 *
 * <p>A claim waits while the session is still arriving, while letters that overtook it wait for
 * fences, while a QoS 2 message it received is not safe yet, and while the journal has not heard of
 * what this session, or the life before it, owes to others.
 */
final class Seats {
  private final Shard shard;
  private final Directory directory;
  private final Arrivals arrivals;
  private final Map<SessionRef, Session> ending;
  private final Map<String, Seat> seats = new HashMap<>();
  private final List<Session> outlived = new ArrayList<>(0);

  private static final class Seat {
    private final Place place;
    private @Nullable Session session;
    private @Nullable Connection connection;
    private Letter.@Nullable Claim waiting;
    private boolean arriving;
    private boolean serving;

    /** The last life, until the journal has heard of its end. */
    private @Nullable Session ending;

    /** Ends of lives that are on their way to the disk: who comes is not answered before. */
    private int endsUnsynced;

    Seat(Place place) {
      this.place = place;
    }
  }

  Seats(Shard shard, Directory directory, Arrivals arrivals, Map<SessionRef, Session> ending) {
    this.shard = shard;
    this.directory = directory;
    this.arrivals = arrivals;
    this.ending = ending;
  }

  // ---------------------------------------------------------------- claims

  void claim(Connection connection, boolean cleanStart) {
    Identity who = connection.identity();
    if (isForeign(directory.find(who.clientId()), who)) { // before it stands in anybody's way
      shard.observer().mark("claim to another user's session");
      connection.denied();
      return;
    }
    Directory.Claim claim = directory.claim(who.clientId(), shard.shard());
    if (claim.fresh()) {
      seats.put(who.clientId(), new Seat(claim.place())); // ours from the start
    }
    onClaim(new Letter.Claim(claim, shard.shard(), connection, who, cleanStart));
  }

  void onClaim(Letter.Claim claim) {
    Place place = claim.claim().place();
    if (place.owner() != shard.shard()) {
      shard.tell(place.owner(), claim);
      return;
    }
    if (claim.claim().epoch() < place.servedEpoch()) {
      refuse(claim, false);
      return;
    }
    Seat seat = seats.get(place.clientId());
    if (seat == null) {
      seat = new Seat(place); // made ours by a hand-over that is still on its way
      seat.arriving = true;
      seats.put(place.clientId(), seat);
    }
    if (isForeign(seat, claim)) {
      deny(seat, claim);
      return;
    }
    Letter.Claim other = seat.waiting;
    if (other != null && other.claim().epoch() > claim.claim().epoch()) {
      refuse(claim, false);
      return;
    }
    seat.waiting = claim;
    if (other != null) {
      shard.observer().mark("claim replaced by a newer one");
      refuse(other, false);
    }
    serve(seat);
  }

  /** Whether the session here is another user's: then nothing of it may change. */
  private boolean isForeign(Seat seat, Letter.Claim claim) {
    Session session = seat.session;
    return session != null && !shard.access().mayResume(session.user(), claim.who());
  }

  private boolean isForeign(@Nullable Place place, Identity who) {
    String user = place == null ? null : place.user();
    return user != null && !shard.access().mayResume(user, who);
  }

  private void deny(Seat seat, Letter.Claim claim) {
    shard.observer().mark("claim to another user's session");
    seat.place.served(claim.claim().epoch()); // it was answered
    refuse(claim, true);
  }

  private void refuse(Letter.Claim claim, boolean denied) {
    Letter.Refused letter = new Letter.Refused(claim.connection(), denied);
    if (claim.shard() == shard.shard()) {
      letter.tell();
    } else {
      shard.tell(claim.shard(), letter);
    }
  }

  /** Serves the waiting claim, if there is one and nothing stands in its way. */
  private void serve(Seat seat) {
    Letter.Claim claim = seat.waiting;
    if (claim == null || seat.arriving || seat.serving) {
      return;
    }
    if (isForeign(seat, claim)) { // which only the arrival showed
      seat.waiting = null;
      deny(seat, claim);
      return;
    }
    leaveSeat(seat); // at once, or it could go on for ever with what is waited for here
    Session before = seat.session;
    if (before != null) {
      if (arrivals.isOpen(before.ref())) {
        shard.observer().mark("claim waits for fences");
        return;
      }
      if (!before.isReceivedSafe()) {
        shard.observer().mark("claim waits for a QoS 2 promise");
        before.whenReceivedSafe(() -> serve(seat));
        return;
      }
    }
    if (isUnsettled(seat)) {
      return;
    }
    seat.waiting = null;
    seat.serving = true;
    seat.place.served(claim.claim().epoch());
    Session session = seat.session;
    if (session != null && claim.cleanStart()) {
      session.end(false); // [MQTT-3.1.2-4]
    }
    seat.serving = false;
    if (isUnsettled(seat)) {
      seat.waiting = claim;
    } else if (claim.shard() == shard.shard()) {
      seatHere(seat, claim.connection());
    } else {
      handOver(seat, claim);
    }
  }

  /** Until all that is owed is safe, the journal must not hear of the next connection or life. */
  private boolean isUnsettled(Seat seat) {
    return owes(seat, seat.session) || owes(seat, seat.ending);
  }

  private boolean owes(Seat seat, @Nullable Session session) {
    if (session == null || session.isSettled()) {
      return false;
    }
    shard.observer().mark("claim waits for what a session owes");
    session.whenSettled(() -> serve(seat));
    return true;
  }

  /** The old connection is told to go. */
  private void leaveSeat(Seat seat) {
    Connection old = seat.connection;
    if (old != null) {
      seat.connection = null;
      seat.serving = true;
      old.refused(); // [MQTT-3.1.4-3]
      seat.serving = false;
    }
  }

  private void seatHere(Seat seat, Connection connection) {
    if (connection.isClaiming()) {
      seat.connection = connection;
      connection.seated(seat.session, seat.endsUnsynced > 0);
      Session session = seat.session;
      seat.place.servesUser(session == null ? null : session.user());
    } else {
      release(seat);
    }
  }

  /** Whoever claims has gone: what its claim would end must not. */
  void onWithdrawal(Letter.Withdrawal withdrawal) {
    Place place = withdrawal.place();
    Seat seat = seats.get(place.clientId());
    if (place.owner() != shard.shard()) {
      shard.tell(place.owner(), withdrawal);
    } else if (seat != null
        && seat.waiting != null
        && seat.waiting.connection() == withdrawal.connection()) {
      shard.observer().mark("claim withdrawn");
      place.served(seat.waiting.claim().epoch());
      seat.waiting = null;
      release(seat);
    }
  }

  // ---------------------------------------------------------------- hand-over

  private void handOver(Seat seat, Letter.Claim claim) {
    Session session = seat.session;
    if (session != null) {
      session.leave();
      shard.forget(session.ref());
      session.ref().moveTo(claim.shard());
      shard.observer().sessionMoved(shard.shard());
    }
    seats.remove(seat.place.clientId());
    seat.place.moveTo(claim.shard());
    boolean replaces = seat.endsUnsynced > 0;
    shard.tell(claim.shard(), new Letter.HandOver(claim, shard.shard(), session, replaces));
  }

  void onHandOver(Letter.HandOver letter) {
    Place place = letter.claim().claim().place();
    Seat seat = seats.computeIfAbsent(place.clientId(), id -> new Seat(place));
    seat.arriving = false;
    Session session = letter.session();
    seat.session = session;
    if (session != null) {
      SessionRef ref = session.ref();
      arrivals.arrived(ref);
      shard.admit(session);
      session.arrive(shard);
      // Not from ourselves: the request to the old owner follows all that we told it before.
      for (int each = 0; each < shard.shards(); each++) {
        if (each != shard.shard()) {
          shard.tell(each, new Letter.FenceRequest(ref, letter.from(), shard.shard()));
        }
      }
    }
    if (!letter.claim().connection().isClaiming()) {
      shard.observer().mark("claimant gone when its session arrived");
    }
    if (letter.replaces()) {
      forgetOnceSynced(seat, 1); // the end is in a batch of another shard, before our next
    }
    seatHere(seat, letter.claim().connection());
    serve(seat);
  }

  /** All fences of a session have passed. */
  void settled(SessionRef session) {
    Seat seat = seats.get(session.clientId());
    if (seat != null) {
      serve(seat);
    }
  }

  // ---------------------------------------------------------------- coming and going

  /** A session was found on disk; where a newer life was found, too, the older one has to end. */
  void restored(Place place, Session session) {
    Seat seat = seats.computeIfAbsent(place.clientId(), id -> new Seat(place));
    Session older = seat.session;
    seat.session = session;
    place.servesUser(session.user());
    if (older != null) {
      outlived.add(older);
    }
  }

  /** All sessions were found, and with them whoever an ending one owes something to. */
  void endOutlived() {
    outlived.forEach(older -> older.end(false));
    outlived.clear();
  }

  void opened(String clientId, Session session) {
    Seat seat = seats.get(clientId);
    if (seat == null) {
      throw new IllegalStateException("a session without a seat");
    }
    seat.session = session;
    seat.place.servesUser(session.user());
  }

  void ended(Session session) {
    Seat seat = seats.get(session.ref().clientId());
    if (seat == null) {
      return;
    }
    if (seat.session == session) {
      seat.session = null;
      seat.place.servesUser(null);
    }
    if (!session.isSettled()) {
      seat.ending = session;
      ending.put(session.ref(), session);
      session.whenSettled(() -> settle(seat, session));
    } else if (session.isRecorded()) {
      forgetOnceSynced(seat, 0);
    }
    release(seat);
  }

  /** Until the end of a life is synced, the next one has to know of it. */
  private void forgetOnceSynced(Seat seat, int more) {
    seat.endsUnsynced++;
    shard.onceSynced(
        more,
        () -> {
          seat.endsUnsynced--;
          if (seats.get(seat.place.clientId()) == seat) {
            release(seat);
          }
        });
  }

  private void settle(Seat seat, Session ended) {
    ending.remove(ended.ref());
    if (seat.ending == ended) {
      seat.ending = null;
      if (ended.isRecorded()) {
        forgetOnceSynced(seat, 0);
      }
      if (seat.waiting == null) {
        release(seat);
      } else {
        serve(seat);
      }
    }
  }

  void vacate(String clientId, Connection connection) {
    Seat seat = seats.get(clientId);
    if (seat != null && seat.connection == connection) {
      seat.connection = null;
      release(seat);
      return;
    }
    Place place = directory.find(clientId);
    if (place != null) {
      onWithdrawal(new Letter.Withdrawal(place, connection));
    }
  }

  private void release(Seat seat) {
    boolean empty =
        seat.session == null
            && seat.connection == null
            && seat.waiting == null
            && seat.ending == null
            && seat.endsUnsynced == 0
            && !seat.arriving
            && !seat.serving;
    if (empty && directory.forget(seat.place)) {
      seats.remove(seat.place.clientId(), seat);
    }
  }

  Collection<Connection> connections() {
    return seats.values().stream().map(s -> s.connection).filter(c -> c != null).toList();
  }

  int size() {
    return seats.size();
  }
}
