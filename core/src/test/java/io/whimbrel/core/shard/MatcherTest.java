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
import java.util.List;
import org.junit.jupiter.api.Test;

/** Finding the takers of a publication. */
final class MatcherTest {
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
      List<Letter.Taker> takers =
          matcher.takers(
              Publication.of(
                  "",
                  TopicName.of("t" + i),
                  Qos.AT_MOST_ONCE,
                  false,
                  Properties.NONE,
                  new byte[0],
                  0));
      assertThat(takers).hasSize(1000);
      assertThat(matcher.cachedCandidates()).isBetween(1000L, 150_000L);
    }
  }
}
