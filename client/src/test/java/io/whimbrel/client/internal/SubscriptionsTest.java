package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.codec.Unsubscribe;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which subscriptions a session makes again, and when it lets one go. */
final class SubscriptionsTest {
  private static final long DEADLINE = 1_000_000;

  private final TestSession test = new TestSession();
  private final ClientSession session = test.session;

  private static SubscriptionRequest to(String filter) {
    return new SubscriptionRequest(
        TopicFilter.of(filter), Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND);
  }

  /** Subscribes over a first connection, as its user does. */
  private Wire subscribed(String... filters) {
    Wire wire = test.connected(0);
    for (String each : filters) {
      TestSession.Answered answered = new TestSession.Answered();
      session.ask(new Request(List.of(to(each)), List.of(), Properties.NONE, DEADLINE, answered));
      answer(wire, ReasonCode.GRANTED_QOS_1);
      assertThat(answered.answers).containsExactly("[GRANTED_QOS_1]");
    }
    return wire;
  }

  private static Subscribe lastSubscribe(Wire wire) {
    List<Subscribe> all = wire.sent(Subscribe.class);
    return all.get(all.size() - 1);
  }

  private void answer(Wire wire, ReasonCode... reasons) {
    int id = lastSubscribe(wire).packetId();
    session.onPacket(new Suback(id, List.of(reasons), Properties.NONE), 0);
  }

  private static List<String> asked(Wire wire) {
    return wire.sent(Subscribe.class).stream()
        .flatMap(subscribe -> subscribe.requests().stream())
        .map(request -> request.filter().toString())
        .toList();
  }

  @Test
  void aServerThatHasTheSessionIsNotAskedAgain() {
    subscribed("a", "b");

    assertThat(asked(test.reconnected(1, true))).isEmpty();
  }

  @Test
  void aServerThatHasLostTheSessionIsAskedAgain() {
    subscribed("a", "b");

    assertThat(asked(test.reconnected(1, false))).containsExactly("a", "b");
  }

  @Test
  void whatWasAskedAgainAndNotAnsweredIsAskedOnceMoreThoughTheServerHasTheNewSession() {
    subscribed("a", "b");
    test.reconnected(1, false);
    Wire third = test.reconnected(2, true);

    assertThat(asked(third)).containsExactly("a", "b");
    answer(third, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_1);
    assertThat(asked(test.reconnected(3, true))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ReasonCode.class,
      names = {
        "UNSPECIFIED_ERROR",
        "IMPLEMENTATION_SPECIFIC_ERROR",
        "NOT_AUTHORIZED",
        "PACKET_IDENTIFIER_IN_USE",
        "QUOTA_EXCEEDED"
      })
  void whatIsRefusedForNowIsAskedAgainOverTheNextConnectionWhateverTheServerHas(ReasonCode reason) {
    subscribed("a", "b");
    answer(test.reconnected(1, false), ReasonCode.GRANTED_QOS_1, reason);

    assertThat(test.told).containsExactly("subscription lost: " + reason);
    Wire third = test.reconnected(2, true);
    assertThat(asked(third)).containsExactly("b");
    answer(third, ReasonCode.GRANTED_QOS_1);
    assertThat(asked(test.reconnected(3, true))).isEmpty();
    assertThat(asked(test.reconnected(4, false))).containsExactly("a", "b");
  }

  @ParameterizedTest
  @EnumSource(
      value = ReasonCode.class,
      names = {
        "TOPIC_FILTER_INVALID",
        "SHARED_SUBSCRIPTIONS_NOT_SUPPORTED",
        "SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED",
        "WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED"
      })
  void whatAServerCannotDoIsNotAskedAgain(ReasonCode reason) {
    subscribed("a", "b");
    answer(test.reconnected(1, false), ReasonCode.GRANTED_QOS_1, reason);

    assertThat(test.told).containsExactly("subscription lost: " + reason);
    assertThat(asked(test.reconnected(2, false))).containsExactly("a");
  }

  @Test
  void whatItsUserIsRefusedDoesNotStand() {
    Wire wire = test.connected(0);
    TestSession.Answered answered = new TestSession.Answered();
    session.ask(new Request(List.of(to("a")), List.of(), Properties.NONE, DEADLINE, answered));
    answer(wire, ReasonCode.QUOTA_EXCEEDED);

    assertThat(answered.answers).containsExactly("[QUOTA_EXCEEDED]");
    assertThat(test.told).isEmpty();
    assertThat(asked(test.reconnected(1, false))).isEmpty();
  }

  @Test
  void aChangeThatIsRefusedLeavesWhatStood() {
    Wire wire = subscribed("a");
    session.ask(
        new Request(
            List.of(to("a")), List.of(), Properties.NONE, DEADLINE, new TestSession.Answered()));
    answer(wire, ReasonCode.QUOTA_EXCEEDED);

    assertThat(asked(test.reconnected(1, false))).containsExactly("a");
  }

  @Test
  void whatIsUnsubscribedWhileItIsOwedIsNotAskedAgain() {
    subscribed("a");
    Wire second = test.reconnected(1, false);
    session.ask(
        new Request(
            List.of(),
            List.of(TopicFilter.of("a")),
            Properties.NONE,
            DEADLINE,
            new TestSession.Answered()));
    int id = second.sent(Unsubscribe.class).get(0).packetId();
    session.onPacket(new Unsuback(id, List.of(ReasonCode.SUCCESS), Properties.NONE), 1);

    assertThat(asked(test.reconnected(2, true))).isEmpty();
  }

  // ---------------------------------------------------------------- too large for the server

  private Wire strict(long now, boolean sessionPresent, int packetSizeMax) {
    return test.connected(
        now,
        sessionPresent,
        Properties.builder().set(PropertyId.MAXIMUM_PACKET_SIZE, packetSizeMax).build());
  }

  @Test
  void aRequestThatIsTooLargeForTheServerIsNotSentAndRefused() {
    Wire wire = strict(0, false, 30);
    TestSession.Answered subscribed = new TestSession.Answered();
    TestSession.Answered unsubscribed = new TestSession.Answered();
    TestSession.Answered small = new TestSession.Answered();
    List<SubscriptionRequest> two = List.of(to("b".repeat(20)), to("c"));
    List<TopicFilter> one = List.of(TopicFilter.of("b".repeat(40)));
    session.ask(new Request(two, List.of(), Properties.NONE, DEADLINE, subscribed));
    session.ask(new Request(List.of(), one, Properties.NONE, DEADLINE, unsubscribed));
    session.ask(new Request(List.of(to("a")), List.of(), Properties.NONE, DEADLINE, small));

    assertThat(subscribed.answers).containsExactly("[PACKET_TOO_LARGE, PACKET_TOO_LARGE]");
    assertThat(unsubscribed.answers).containsExactly("[PACKET_TOO_LARGE]");
    assertThat(asked(wire)).containsExactly("a");
    answer(wire, ReasonCode.GRANTED_QOS_1);
    assertThat(small.answers).containsExactly("[GRANTED_QOS_1]");
  }

  @Test
  void whatStandsIsAskedAgainInPacketsThatTheServerTakes() {
    String large = "large".repeat(20);
    subscribed("a", "b", "c", large, "d");
    session.onClosed();
    Wire second = strict(1, false, 20);

    assertThat(asked(second)).containsExactly("a", "b", "c", "d");
    assertThat(second.sent(Subscribe.class)).hasSizeGreaterThan(1);
    assertThat(test.told).containsExactly("subscription lost: PACKET_TOO_LARGE");
    for (Subscribe each : second.sent(Subscribe.class)) {
      List<ReasonCode> granted =
          each.requests().stream().map(request -> ReasonCode.GRANTED_QOS_1).toList();
      session.onPacket(new Suback(each.packetId(), granted, Properties.NONE), 1);
    }
    assertThat(asked(test.reconnected(2, true))).containsExactly(large);
  }
}
