package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.ClientListener;
import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Delivery;
import io.whimbrel.client.Disconnection;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.MqttClientException;
import io.whimbrel.client.PublishResult;
import io.whimbrel.client.Subscription;
import io.whimbrel.client.TokenSupplier;
import io.whimbrel.client.TokenSupplier.Token;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What goes wrong with a broker, as a client sees it. */
final class FaultsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration SHORTLY = Duration.ofMillis(50);

  @Broker private static EmbeddedBroker broker;

  private static MqttClientBuilder client(String uri) {
    return MqttClient.to(uri).backoff(Duration.ofMillis(10), Duration.ofMillis(50));
  }

  private static PublishResult result(Delivery delivery) throws Exception {
    return delivery.result().toCompletableFuture().get(SOON.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void aClientComesBackAfterACutAndAllArrives() throws Exception {
    try (MqttClient client = client(broker.network().uri()).build()) {
      client.blocking().connect();
      client.blocking().publish(Message.of("t", "0"));

      broker.network().cut();
      Delivery delivery = client.publish(Message.of("t", "1"));

      assertThat(result(delivery).isRefused()).isFalse();
      broker.expect("t").payload("1").within(SOON);
    }
  }

  @Test
  void aMessageThatIsCutInTwoIsSentAgainWhole() throws Exception {
    try (MqttClient client = client(broker.network().uri()).build()) {
      client.blocking().connect();
      broker.network().cutAfterBytes(500);

      Delivery delivery = client.publish(Message.of("t", new byte[1000]));

      assertThat(result(delivery).isRefused()).isFalse();
      broker.expect("t").payload(new byte[1000]).within(SOON);
      broker.expect("t").count(2).never(Duration.ZERO);
    }
  }

  @Test
  void aMessageWhoseAcknowledgementIsLostIsSentTwiceAndOnceWithQos2() throws Exception {
    try (MqttClient client = client(broker.network().uri()).build()) {
      client.blocking().connect();
      broker.network().cutAfterBytes(Network.Direction.TO_CLIENT, 1);
      assertThat(result(client.publish(Message.of("once or more", ""))).isRefused()).isFalse();
      broker.expect("once or more").count(2).within(SOON);

      broker.network().cutAfterBytes(Network.Direction.TO_CLIENT, 1);
      Message once = Message.to("once").qos(Qos.EXACTLY_ONCE).build();
      assertThat(result(client.publish(once)).isRefused()).isFalse();
      broker.expect("once").count(2).never(Duration.ZERO);
    }
  }

  @Test
  void nothingIsHeardOfAClientInABlackHoleUntilItIsBack() throws Exception {
    Duration keepAlive = Duration.ofSeconds(1); // by which the client finds out
    try (MqttClient client = client(broker.network().uri()).keepAlive(keepAlive).build()) {
      client.blocking().connect();
      broker.network().drop();
      Delivery delivery = client.publish(Message.of("t", ""));
      broker.expect("t").never(SHORTLY);

      broker.network().resume();

      assertThat(result(delivery).isRefused()).isFalse();
      broker.expect("t").within(SOON);
    }
  }

  @Test
  void aClientThatIsRefusedReachesNoServer() {
    try (MqttClient client = client(broker.network().uri()).withoutReconnecting().build()) {
      broker.network().refuse();
      assertThatThrownBy(() -> client.blocking().connect()).isInstanceOf(MqttClientException.class);

      broker.network().accept();
      assertThat(client.blocking().connect().isRefused()).isFalse();
    }
  }

  @Test
  void webSocketsGoTheSameWay() throws Exception {
    try (MqttClient client = client(broker.network().webSocketUri()).build()) {
      client.blocking().connect();
      broker.network().cut();

      assertThat(result(client.publish(Message.of("t", ""))).isRefused()).isFalse();
    }
  }

  @Test
  void whatWouldHaveToBeStoredIsRefusedWhileTheDiskIsFull() {
    Duration kept = Duration.ofMinutes(1);
    try (MqttClient taker = client(broker.uri()).clientId("taker").sessionExpiry(kept).build();
        MqttClient giver = client(broker.uri()).sessionExpiry(Duration.ZERO).build();
        MqttClient late = client(broker.uri()).sessionExpiry(kept).build()) {
      giver.blocking().connect();
      taker.blocking().connect();
      taker.blocking().subscribe(Subscription.of("t", Qos.AT_LEAST_ONCE));

      broker.fillDisk();

      assertThat(giver.blocking().publish(Message.of("t", "")).reason())
          .isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      assertThat(late.blocking().connect())
          .extracting(ConnectResult::reason)
          .isEqualTo(ReasonCode.QUOTA_EXCEEDED);

      broker.freeDisk();

      assertThat(giver.blocking().publish(Message.of("t", "")).isRefused()).isFalse();
      assertThat(late.blocking().connect().isRefused()).isFalse();
    }
  }

  @Test
  void aBrokerWithoutADiskHasNoneToFill() {
    Map<String, String> memory =
        Map.of(
            "listeners.tcp-durability", "memory",
            "listeners.websocket-durability", "memory");
    try (EmbeddedBroker forgetful = EmbeddedBroker.start(memory)) {
      assertThatThrownBy(forgetful::fillDisk)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("keeps nothing on disk");
    }
  }

  @Test
  void aBrokerThatStartsAgainKnowsItsSessionsAndIsHeardAgain() {
    Duration kept = Duration.ofMinutes(1);
    String uri = broker.uri();
    try (MqttClient client = client(uri).sessionExpiry(kept).build()) {
      client.blocking().connect();
      client.blocking().publish(Message.of("t", "before"));
      broker.expect("t").payload("before").within(SOON);

      broker.restart();

      assertThat(broker.uri()).isEqualTo(uri);
      client.blocking().publish(Message.of("t", "after"));
      assertThat(broker.expect("t").count(2).within(SOON))
          .extracting(Message::text)
          .containsExactly("before", "after");
    }
  }

  @Test
  void whoseTokenIsOverComesAgainWithAnotherAndGoesOn() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    TokenSupplier tokens =
        () -> {
          byte[] token = ("token " + asked.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
          return CompletableFuture.completedFuture(new Token(token, Optional.empty()));
        };
    CompletableFuture<String> told = new CompletableFuture<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void onDisconnected(Disconnection how) {
            told.complete(how.reason().map(ReasonCode::name).orElse(how.why()));
          }
        };
    try (MqttClient client =
        client(broker.uri()).clientId("badge").tokens(tokens).listener(listener).build()) {
      client.blocking().connect();

      broker.expireToken("badge");

      assertThat(told.get(SOON.toMillis(), TimeUnit.MILLISECONDS)).contains("MAXIMUM_CONNECT_TIME");
      assertThat(result(client.publish(Message.of("t", ""))).isRefused()).isFalse();
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void aClientCanBeSentAway() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void onDisconnected(Disconnection how) {
            told.add(how.reason().map(ReasonCode::name).orElse(how.why()));
          }
        };
    try (MqttClient client =
        client(broker.uri()).clientId("guest").listener(listener).withoutReconnecting().build()) {
      client.blocking().connect();

      broker.disconnect("guest", ReasonCode.ADMINISTRATIVE_ACTION);

      assertThat(told.poll(SOON.toMillis(), TimeUnit.MILLISECONDS))
          .contains("ADMINISTRATIVE_ACTION");
      assertThatThrownBy(() -> broker.disconnect("guest", ReasonCode.ADMINISTRATIVE_ACTION))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("guest is not connected");
    }
  }
}
