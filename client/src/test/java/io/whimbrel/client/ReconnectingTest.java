package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections that follow each other. */
final class ReconnectingTest {
  private static final long SECONDS = 30;

  @Test
  void whoConnectsRightAfterLeavingIsConnectedAgain() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().build()) {
      client.connect();
      ScriptedServer.Connection first = server.welcome();
      client.blocking().connect();

      client.disconnect();
      CompletableFuture<ConnectResult> again = client.connect().toCompletableFuture();
      first.next(Disconnect.class);
      assertThat(first.next()).isNull();
      ScriptedServer.Connection second = server.accept();
      second.next(Connect.class);
      assertThat(again).isNotDone();
      second.send(new Connack(true, ReasonCode.SUCCESS, Properties.NONE));

      assertThat(again.get(SECONDS, TimeUnit.SECONDS).sessionPresent()).isTrue();
      assertThat(client.isConnected()).isTrue();
    }
  }

  private static void refuse(ScriptedServer server, ReasonCode reason) throws Exception {
    ScriptedServer.Connection connection = server.accept();
    connection.next(Connect.class);
    connection.send(new Connack(false, reason, Properties.NONE));
    assertThat(connection.next()).isNull();
  }

  @Test
  void aRefusalIsTheResultWhenNoServerIsLeft() throws Exception {
    try (ScriptedServer first = new ScriptedServer();
        ScriptedServer second = new ScriptedServer();
        MqttClient client = MqttClient.to(first.uri(), second.uri()).build()) {
      CompletableFuture<ConnectResult> connecting = client.connect().toCompletableFuture();
      refuse(first, ReasonCode.SERVER_BUSY);
      refuse(second, ReasonCode.BANNED);
      assertThat(connecting.get(SECONDS, TimeUnit.SECONDS).reason()).isEqualTo(ReasonCode.BANNED);

      CompletableFuture<ConnectResult> again = client.connect().toCompletableFuture();
      refuse(first, ReasonCode.SERVER_BUSY);
      second.welcome();
      assertThat(again.get(SECONDS, TimeUnit.SECONDS).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void aServerSaysWhyItGoesAndWhereTo() throws Exception {
    LinkedBlockingQueue<Disconnection> heard = new LinkedBlockingQueue<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void onDisconnected(Disconnection how) {
            heard.add(how);
          }
        };
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().listener(listener).withoutReconnecting().build()) {
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      Properties said =
          Properties.builder()
              .set(PropertyId.REASON_STRING, "moved out")
              .set(PropertyId.SERVER_REFERENCE, "there")
              .build();
      connection.send(new Disconnect(ReasonCode.SERVER_MOVED, said));

      Disconnection how = heard.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(how).isNotNull();
      assertThat(how.reason()).contains(ReasonCode.SERVER_MOVED);
      assertThat(how.serverSays()).isEqualTo("moved out");
      assertThat(how.serverReference()).contains("there");
      assertThat(how.again()).isFalse();
    }
  }

  @Test
  void aSubscriptionThatIsLostIsNamed() throws Exception {
    LinkedBlockingQueue<String> lost = new LinkedBlockingQueue<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void onSubscriptionLost(String filter, ReasonCode reason) {
            lost.add(filter + " " + reason);
          }
        };
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().listener(listener).build()) {
      client.connect();
      ScriptedServer.Connection first = server.welcome();
      client.subscribe(
          Subscription.of("a", Qos.AT_LEAST_ONCE), Subscription.of("b", Qos.AT_LEAST_ONCE));
      first.grant();
      first.close();
      ScriptedServer.Connection second = server.welcome();
      Subscribe again = second.next(Subscribe.class);
      second.send(
          new Suback(
              again.packetId(),
              List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED),
              Properties.NONE));

      assertThat(lost.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("b NOT_AUTHORIZED");
    }
  }

  @Test
  void aServerThatReadsNothingDoesNotKeepWhoLeaves() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().timeout(Duration.ofSeconds(1)).build()) {
      client.connect();
      server.welcome();
      byte[] much = new byte[8 * 1024 * 1024];
      client.publish(Message.to("a").qos(Qos.AT_MOST_ONCE).payload(much).build());
      client.publish(Message.to("a").qos(Qos.AT_MOST_ONCE).payload(much).build());

      client.blocking().within(Duration.ofSeconds(SECONDS)).disconnect();
      assertThat(client.isConnected()).isFalse();
    }
  }
}
