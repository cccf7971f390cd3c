package io.whimbrel.core.shard;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.routing.AtFilter;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.routing.SharedGroup;
import io.whimbrel.core.routing.SubscriptionIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds who takes a publication: overlapping subscriptions of one session become one taker with the
 * maximum QoS and all identifiers [MQTT-3.3.4-2] [MQTT-3.3.4-4]; of each shared group one member is
 * chosen.
 *
 * <p>Results are kept for topics that come again; where room gets scarce, from the second time on,
 * since keeping each would only make garbage that lives. After any subscription has changed, a
 * topic is walked to once more, and where it finds the very same subscribers at the same filters,
 * what is kept is still right: clients that come and go elsewhere cost a walk, and no garbage.
 * Owned by its shard.
 */
final class Matcher {
  private static final int CACHED_TOPICS_MAX = 8192;

  /** A power of two. */
  private static final int WALKED_ONCE_PLACES = 32 * 1024;

  /** As long as there is this much room, a topic need not come again to be kept. */
  private static final int CACHED_AT_ONCE_MAX = CACHED_TOPICS_MAX / 4 * 3;

  /** Of all cached topics together, or wide filters would multiply them by their takers. */
  private static final int CACHED_CANDIDATES_MAX = 128 * 1024;

  private static final int[] NO_IDS = {};

  private final SubscriptionIndex<SessionRef> index;
  private final Map<TopicName, Match> cache = new HashMap<>();
  private final List<AtFilter<SessionRef>> walked = new ArrayList<>();
  private final int[] walkedOnce = new int[WALKED_ONCE_PLACES]; // the last topic's hash, by place
  private long cachedCandidates;

  /** All subscriptions of one session that match. */
  private record Candidate(
      SessionRef session,
      List<SubscriptionIndex.Entry<SessionRef>> entries,
      Qos qos,
      int[] ids,
      boolean retainAsPublished,
      boolean noLocal) {}

  /** What matches a topic. */
  private static final class Match {
    private static final int KINDS = 2 * Qos.values().length;

    private final List<AtFilter<SessionRef>> madeOf;
    private final Candidate[] candidates;
    private final List<SharedGroup<SessionRef>> groups;
    private final int weight;
    private long rightFor; // a number: an old snapshot would hold all that it knew in memory
    private final boolean alwaysSame;
    private final boolean showsRetain;
    private final @Nullable List<Letter.Taker>[] takers = newTakers();

    Match(
        List<AtFilter<SessionRef>> madeOf,
        Candidate[] candidates,
        List<SharedGroup<SessionRef>> groups) {
      this.madeOf = madeOf;
      this.candidates = candidates;
      this.groups = groups;
      int members = 0;
      for (SharedGroup<SessionRef> group : groups) {
        members += group.size();
      }
      boolean anyNoLocal = false;
      boolean anyRetain = false;
      for (Candidate candidate : candidates) {
        anyNoLocal |= candidate.noLocal;
        anyRetain |= candidate.retainAsPublished;
      }
      this.weight = candidates.length + members;
      this.alwaysSame = groups.isEmpty() && !anyNoLocal;
      this.showsRetain = anyRetain;
    }

    /** Whether these are the very parts it was made of. */
    @SuppressWarnings("ReferenceEquality") // of what is immutable and not copied
    boolean isMadeOf(List<AtFilter<SessionRef>> parts) {
      boolean same = parts.size() == madeOf.size();
      for (int i = 0; same && i < parts.size(); i++) {
        same = parts.get(i) == madeOf.get(i);
      }
      return same;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays have no type arguments
    private static @Nullable List<Letter.Taker>[] newTakers() {
      return new @Nullable List[KINDS];
    }

    /** The takers of every publication of that QoS and RETAIN flag. */
    List<Letter.Taker> same(Publication publication) {
      boolean retain = showsRetain && publication.retain();
      int kind = 2 * publication.qos().ordinal() + (retain ? 1 : 0);
      List<Letter.Taker> known = takers[kind];
      if (known == null) {
        known = Arrays.stream(candidates).map(c -> taker(c, publication)).toList();
        takers[kind] = known;
      }
      return known;
    }
  }

  Matcher(SubscriptionIndex<SessionRef> index) {
    this.index = index;
  }

  /** The takers of a publication; not to be changed. */
  List<Letter.Taker> takers(Publication publication) {
    Match match = match(publication.topic());
    if (match.alwaysSame) {
      return match.same(publication);
    }
    List<Letter.Taker> takers = new ArrayList<>(match.candidates.length + match.groups.size());
    for (Candidate candidate : match.candidates) {
      if (candidate.session.isEnded()) {
        continue;
      }
      if (candidate.noLocal && candidate.session.clientId().equals(publication.publisher())) {
        addWithoutLocal(candidate, publication, takers);
      } else {
        takers.add(taker(candidate, publication));
      }
    }
    for (SharedGroup<SessionRef> group : match.groups) {
      SubscriptionIndex.Entry<SessionRef> member = choose(group, null, true);
      if (member != null) {
        takers.add(taker(member, publication));
      }
    }
    return takers;
  }

  /**
   * Whether a publication would be queued for a session that is recorded, as far as that can be
   * told before a member of each shared group is chosen.
   */
  boolean findsRecorded(TopicName topic, Qos qos) {
    Match match = match(topic);
    for (Candidate candidate : match.candidates) {
      if (isRecorded(candidate.session, qos.min(candidate.qos))) {
        return true;
      }
    }
    return match.groups.stream()
        .flatMap(group -> group.members().stream())
        .anyMatch(member -> isRecorded(member.subscriber(), qos.min(member.qos())));
  }

  private static boolean isRecorded(SessionRef session, Qos qos) {
    return qos != Qos.AT_MOST_ONCE && session.isDurable() && !session.isEnded();
  }

  /** Another member for a message of a shared group, or null. */
  Letter.@Nullable Taker otherMember(
      Publication publication, Letter.Taker than, boolean connectedOnly) {
    TopicFilter share = than.share();
    if (share == null) {
      return null;
    }
    for (SharedGroup<SessionRef> group : match(publication.topic()).groups) {
      if (group.filter().equals(share)) {
        SubscriptionIndex.Entry<SessionRef> member = choose(group, than.session(), !connectedOnly);
        return member == null ? null : taker(member, publication);
      }
    }
    return null;
  }

  /** Prefers a connected member, in turn; else one that keeps the message for its client. */
  private static SubscriptionIndex.@Nullable Entry<SessionRef> choose(
      SharedGroup<SessionRef> group, @Nullable SessionRef not, boolean alsoAway) {
    int first = group.nextTurn();
    SubscriptionIndex.Entry<SessionRef> away = null;
    for (int i = 0; i < group.size(); i++) {
      SubscriptionIndex.Entry<SessionRef> member = group.member((first + i) % group.size());
      SessionRef session = member.subscriber();
      if ((not != null && session.equals(not)) || session.isEnded()) {
        continue;
      }
      if (session.isConnected()) {
        return member;
      }
      if (away == null && session.isLasting()) {
        away = member;
      }
    }
    return alsoAway ? away : null;
  }

  private static Letter.Taker taker(
      SubscriptionIndex.Entry<SessionRef> member, Publication publication) {
    int id = member.subscriptionId();
    return new Letter.Taker(
        member.subscriber(),
        publication.qos().min(member.qos()), // [MQTT-4.8.2-3]
        publication.retain() && member.retainAsPublished(),
        id == 0 ? NO_IDS : new int[] {id},
        member.filter());
  }

  private static Letter.Taker taker(Candidate candidate, Publication publication) {
    return new Letter.Taker(
        candidate.session,
        publication.qos().min(candidate.qos), // [MQTT-3.8.4-8]
        publication.retain() && candidate.retainAsPublished, // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
        candidate.ids,
        null);
  }

  private static void addWithoutLocal(
      Candidate candidate, Publication publication, List<Letter.Taker> takers) {
    List<SubscriptionIndex.Entry<SessionRef>> others =
        candidate.entries.stream().filter(e -> !e.noLocal()).toList(); // [MQTT-3.8.3-3]
    if (!others.isEmpty()) {
      takers.add(taker(candidate(candidate.session, others), publication));
    }
  }

  private Match match(TopicName topic) {
    SubscriptionIndex.Snapshot<SessionRef> now = index.snapshot();
    Match known = cache.get(topic);
    if (known != null && known.rightFor == now.generation()) {
      return known;
    }
    walked.clear();
    now.match(topic, walked);
    if (known == null) {
      known = find(walked);
      if (cache.size() < CACHED_AT_ONCE_MAX || comesAgain(topic)) {
        keep(topic, known);
      }
    } else if (!known.isMadeOf(walked)) {
      known = find(walked);
      keep(topic, known);
    }
    known.rightFor = now.generation();
    return known;
  }

  private boolean comesAgain(TopicName topic) {
    int hash = topic.hashCode();
    int place = (hash ^ hash >>> 16) & WALKED_ONCE_PLACES - 1;
    boolean again = walkedOnce[place] == hash;
    walkedOnce[place] = hash;
    return again;
  }

  private void keep(TopicName topic, Match match) {
    int more = match.weight;
    if (cache.size() >= CACHED_TOPICS_MAX || cachedCandidates + more > CACHED_CANDIDATES_MAX) {
      forget();
    }
    Match before = cache.put(topic, match);
    cachedCandidates += more - (before == null ? 0 : before.weight);
  }

  private void forget() {
    cache.clear();
    cachedCandidates = 0;
  }

  /** Candidates kept for topics that may come again; for tests. */
  long cachedCandidates() {
    return cachedCandidates;
  }

  private static Match find(List<AtFilter<SessionRef>> parts) {
    if (parts.size() == 1 && parts.get(0) instanceof SubscriptionIndex.Entry<SessionRef> lone) {
      Candidate only = candidate(lone.subscriber(), List.of(lone)); // most topics
      return new Match(List.of(lone), new Candidate[] {only}, List.of());
    }
    Map<SessionRef, List<SubscriptionIndex.Entry<SessionRef>>> bySession = new LinkedHashMap<>();
    List<SharedGroup<SessionRef>> groups = new ArrayList<>(0);
    SubscriptionIndex.Matches<SessionRef> sink =
        new SubscriptionIndex.Matches<>() {
          @Override
          public void entry(SubscriptionIndex.Entry<SessionRef> entry) {
            bySession.computeIfAbsent(entry.subscriber(), s -> new ArrayList<>(1)).add(entry);
          }

          @Override
          public void shared(SharedGroup<SessionRef> group) {
            groups.add(group);
          }
        };
    parts.forEach(part -> part.report(sink));
    Candidate[] candidates = new Candidate[bySession.size()];
    int i = 0;
    for (var found : bySession.entrySet()) {
      candidates[i++] = candidate(found.getKey(), found.getValue());
    }
    return new Match(List.copyOf(parts), candidates, groups);
  }

  private static Candidate candidate(
      SessionRef session, List<SubscriptionIndex.Entry<SessionRef>> entries) {
    Qos qos = Qos.AT_MOST_ONCE;
    boolean retainAsPublished = false;
    boolean noLocal = false;
    for (SubscriptionIndex.Entry<SessionRef> entry : entries) {
      qos = qos.max(entry.qos());
      retainAsPublished |= entry.retainAsPublished();
      noLocal |= entry.noLocal();
    }
    return new Candidate(session, entries, qos, ids(entries), retainAsPublished, noLocal);
  }

  private static int[] ids(List<SubscriptionIndex.Entry<SessionRef>> entries) {
    int count = 0;
    for (SubscriptionIndex.Entry<SessionRef> entry : entries) {
      count += entry.subscriptionId() == 0 ? 0 : 1;
    }
    if (count == 0) {
      return NO_IDS;
    }
    int[] ids = new int[count];
    int at = 0;
    for (SubscriptionIndex.Entry<SessionRef> entry : entries) {
      if (entry.subscriptionId() != 0) {
        ids[at++] = entry.subscriptionId();
      }
    }
    return ids;
  }
}
