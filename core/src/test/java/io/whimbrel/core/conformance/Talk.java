package io.whimbrel.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.UserProperty;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.List;
import java.util.function.Consumer;

/** What the tests of conformance say and hear again and again. */
final class Talk {
  static final Qos QOS_0 = Qos.AT_MOST_ONCE;
  static final Qos QOS_1 = Qos.AT_LEAST_ONCE;
  static final Qos QOS_2 = Qos.EXACTLY_ONCE;

  private Talk() {}

  // ---------------------------------------------------------------- coming in

  /** A client whose session ends with its connection. */
  static VirtualClient guest(VirtualBroker broker, String clientId) {
    return guest(broker, 0, clientId);
  }

  /** The same on a shard. */
  static VirtualClient guest(VirtualBroker broker, int shard, String clientId) {
    VirtualClient client = broker.client(shard);
    client.connect(VirtualConnect.as(clientId));
    return client;
  }

  /** A client whose new session outlives its connection. */
  static VirtualClient lodger(VirtualBroker broker, String clientId) {
    return lodger(broker, 0, clientId);
  }

  /** The same on a shard. */
  static VirtualClient lodger(VirtualBroker broker, int shard, String clientId) {
    VirtualClient client = broker.client(shard);
    client.connect(VirtualConnect.as(clientId).expiring(1000));
    return client;
  }

  /** A client that takes its session up again. */
  static VirtualClient back(VirtualBroker broker, String clientId) {
    return back(broker, 0, clientId);
  }

  /** The same on a shard. */
  static VirtualClient back(VirtualBroker broker, int shard, String clientId) {
    VirtualClient client = broker.client(shard);
    Connack connack = client.connect(VirtualConnect.as(clientId).resuming().expiring(1000));
    assertThat(connack.sessionPresent()).isTrue();
    return client;
  }

  // ---------------------------------------------------------------- subscribing

  /** One filter of a SUBSCRIBE without options. */
  static SubscriptionRequest filter(String filter, Qos qos) {
    return new SubscriptionRequest(TopicFilter.of(filter), qos, false, false, RetainHandling.SEND);
  }

  /** One filter with a Retain Handling. */
  static SubscriptionRequest filter(String filter, Qos qos, RetainHandling handling) {
    return new SubscriptionRequest(TopicFilter.of(filter), qos, false, false, handling);
  }

  /** One filter with No Local. */
  static SubscriptionRequest noLocal(String filter, Qos qos) {
    return new SubscriptionRequest(TopicFilter.of(filter), qos, true, false, RetainHandling.SEND);
  }

  /** One filter with Retain As Published. */
  static SubscriptionRequest asPublished(String filter, Qos qos) {
    return new SubscriptionRequest(TopicFilter.of(filter), qos, false, true, RetainHandling.SEND);
  }

  /** Subscribes and takes SUBACK. */
  static Suback subscribe(VirtualClient client, SubscriptionRequest... requests) {
    client.say(new Subscribe(900, Properties.NONE, List.of(requests)));
    return client.hear(Suback.class);
  }

  /** Subscribes with a Subscription Identifier and takes SUBACK. */
  static Suback subscribeAs(int id, VirtualClient client, SubscriptionRequest... requests) {
    Properties properties = Properties.builder().subscriptionIdentifier(id).build();
    client.say(new Subscribe(901, properties, List.of(requests)));
    return client.hear(Suback.class);
  }

  // ---------------------------------------------------------------- properties

  /** Properties, put together. */
  static Properties properties(Consumer<Properties.Builder> add) {
    Properties.Builder builder = Properties.builder();
    add.accept(builder);
    return builder.build();
  }

  /** Message Expiry Interval. */
  static Consumer<Properties.Builder> expiry(long seconds) {
    return p -> p.set(PropertyId.MESSAGE_EXPIRY_INTERVAL, seconds);
  }

  /** Topic Alias. */
  static Consumer<Properties.Builder> alias(int alias) {
    return p -> p.set(PropertyId.TOPIC_ALIAS, alias);
  }

  /** User Properties as text. */
  static List<String> texts(List<UserProperty> pairs) {
    return pairs.stream().map(pair -> pair.name() + "=" + pair.value()).toList();
  }

  // ---------------------------------------------------------------- the end

  /** The connection was ended with a DISCONNECT, and nothing came before or after it. */
  static void assertEnded(VirtualClient client, ReasonCode reason) {
    assertThat(client.hear(Disconnect.class).reason()).isEqualTo(reason);
    assertCut(client);
  }

  /** The CONNECT was refused with a CONNACK and nothing else. */
  static void assertRefused(VirtualClient client, ReasonCode reason) {
    Connack connack = client.hear(Connack.class);
    assertThat(connack.reason()).isEqualTo(reason);
    assertThat(connack.sessionPresent()).isFalse();
    assertCut(client);
  }

  /** The connection was closed, and nothing more was said. */
  static void assertCut(VirtualClient client) {
    assertThat(client.hearAll()).isEmpty();
    assertThat(client.isClosed()).isTrue();
  }

  /** The connection is there: it answers. */
  static void assertAlive(VirtualClient client) {
    client.say(Pingreq.INSTANCE);
    client.hear(Pingresp.class);
    assertThat(client.isClosed()).isFalse();
  }
}
