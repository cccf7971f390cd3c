package io.whimbrel.core.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.routing.SubscriptionIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Finding the takers of a publication. */
final class MatcherTest {
  private final Map<Integer, SessionRef> sessions = new HashMap<>();

  @Test
  void whatIsKeptForTopicsIsBoundedHoweverManySubscribersTheyHave() {
    SubscriptionIndex<SessionRef> index = new SubscriptionIndex<>();
    Matcher matcher = new Matcher(index);
    TopicFilter all = TopicFilter.of("#");
    for (int i = 0; i < 1000; i++) {
      SessionRef session = new SessionRef(new SessionKey("c" + i, i), false, false, 0);
      index.put(
          all, new SubscriptionIndex.Entry<>(session, Qos.AT_MOST_ONCE, 0, false, false, all));
    }
    for (int i = 0; i < 300; i++) {
      assertThat(matcher.takers(message("t" + i))).hasSize(1000);
      assertThat(matcher.takers(message("t" + i))).hasSize(1000);
      assertThat(matcher.cachedCandidates()).isBetween(1000L, 150_000L);
    }
  }

  @Test
  void subscriptionsElsewhereLeaveWhatIsKeptAsItIs() {
    SubscriptionIndex<SessionRef> index = new SubscriptionIndex<>();
    Matcher matcher = new Matcher(index);
    subscribe(index, 1, "plant/+/temperature", Qos.AT_MOST_ONCE);
    matcher.takers(message("plant/7/temperature"));
    List<Letter.Taker> before = matcher.takers(message("plant/7/temperature"));

    subscribe(index, 2, "plant/8/temperature", Qos.AT_MOST_ONCE);
    index.remove(TopicFilter.of("plant/8/temperature"), session(2));
    subscribe(index, 3, "other/#", Qos.AT_MOST_ONCE);

    assertThat(matcher.takers(message("plant/7/temperature"))).isSameAs(before);
  }

  @Test
  void whatComesOnceIsNotKeptWhereRoomIsScarce() {
    SubscriptionIndex<SessionRef> index = new SubscriptionIndex<>();
    Matcher matcher = new Matcher(index);
    subscribe(index, 1, "plant/#", Qos.AT_MOST_ONCE);
    for (int i = 0; i < 100_000; i++) {
      assertThat(matcher.takers(message("plant/" + i))).hasSize(1);
    }
    assertThat(matcher.cachedCandidates()).isBetween(6_000L, 6_200L);

    matcher.takers(message("plant/again"));
    List<Letter.Taker> kept = matcher.takers(message("plant/again"));
    assertThat(matcher.takers(message("plant/again"))).isSameAs(kept);
  }

  @Test
  void aChangeAtAnyFilterThatMatchesIsSeenAtOnce() {
    SubscriptionIndex<SessionRef> index = new SubscriptionIndex<>();
    Matcher matcher = new Matcher(index);
    subscribe(index, 1, "plant/+/temperature", Qos.AT_MOST_ONCE);
    assertThat(qosOf(matcher)).containsExactly(Qos.AT_MOST_ONCE);

    subscribe(index, 2, "plant/7/temperature", Qos.AT_LEAST_ONCE);
    assertThat(qosOf(matcher)).containsExactlyInAnyOrder(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE);
    subscribe(index, 1, "plant/+/temperature", Qos.AT_LEAST_ONCE);
    assertThat(qosOf(matcher)).containsExactly(Qos.AT_LEAST_ONCE, Qos.AT_LEAST_ONCE);
    index.remove(TopicFilter.of("plant/7/temperature"), session(2));
    assertThat(qosOf(matcher)).containsExactly(Qos.AT_LEAST_ONCE);
    subscribe(index, 3, "#", Qos.AT_MOST_ONCE);
    index.remove(TopicFilter.of("plant/+/temperature"), session(1));
    assertThat(qosOf(matcher)).containsExactly(Qos.AT_MOST_ONCE);
    assertThat(matcher.cachedCandidates()).isEqualTo(1);
  }

  private static List<Qos> qosOf(Matcher matcher) {
    return matcher.takers(message("plant/7/temperature")).stream().map(Letter.Taker::qos).toList();
  }

  private static Publication message(String topic) {
    return Publication.of(
        "", TopicName.of(topic), Qos.AT_LEAST_ONCE, false, Properties.NONE, new byte[0], 0);
  }

  private SessionRef session(int number) {
    return sessions.computeIfAbsent(
        number, n -> new SessionRef(new SessionKey("c" + n, n), false, false, 0));
  }

  private void subscribe(SubscriptionIndex<SessionRef> index, int who, String text, Qos qos) {
    TopicFilter filter = TopicFilter.of(text);
    index.put(filter, new SubscriptionIndex.Entry<>(session(who), qos, 0, false, false, filter));
  }
}
