package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.internal.Outbound;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far a message is. */
final class DeliveryTest {
  private static final long SECONDS = 30;

  private static Delivery delivery() {
    return new Delivery(Message.of("a", "x"), Runnable::run, false);
  }

  @Test
  void aDeliveryGoesForwardAlone() {
    Delivery delivery = delivery();
    Outbound.Progress progress = delivery.progress(() -> {});
    progress.onWire();
    progress.onSafe();
    assertThat(delivery.state()).isEqualTo(Delivery.State.SENT);
    progress.onDone(ReasonCode.NOT_AUTHORIZED, Properties.NONE);
    progress.onSafe();
    progress.onWire();
    progress.onFailed("too late");
    assertThat(delivery.state()).isEqualTo(Delivery.State.REFUSED);

    Delivery given = delivery();
    given.progress(() -> {}).onFailed("closed");
    given.progress(() -> {}).onSafe();
    given.progress(() -> {}).onDone(ReasonCode.SUCCESS, Properties.NONE);
    assertThat(given.state()).isEqualTo(Delivery.State.FAILED);
  }

  private static MqttClientBuilder keeping(MqttClientBuilder builder, Path directory) {
    return builder.clientId("keeper").outbox(OutboxSettings.onDisk(directory.resolve("outbox")));
  }

  @Test
  void whoClosesHearsThatTheDiskHasItAndTheNextClientWhatBecomesOfIt(@TempDir Path directory)
      throws Exception {
    Delivery kept;
    try (MqttClient client = keeping(MqttClient.to("mqtt://127.0.0.1:1"), directory).build()) {
      kept = client.blocking().send(Message.of("a", "x"));
    }
    assertThatThrownBy(() -> kept.raw().get(SECONDS, TimeUnit.SECONDS))
        .hasMessageContaining("is on disk, and the next client");

    CompletableFuture<Delivery> found = new CompletableFuture<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void onFound(Delivery delivery) {
            found.complete(delivery);
          }
        };
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = keeping(server.client(), directory).listener(listener).build()) {
      Delivery delivery = found.get(SECONDS, TimeUnit.SECONDS);
      assertThat(delivery.message().text()).isEqualTo("x");
      assertThat(delivery.state()).isEqualTo(Delivery.State.SAFE);
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      Publish sent = connection.next(Publish.class);
      connection.send(new Puback(sent.packetId(), ReasonCode.NOT_AUTHORIZED));
      assertThat(delivery.raw().get(SECONDS, TimeUnit.SECONDS).reason())
          .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void qos0IsNoMessageForAnOutbox() {
    try (MqttClient client = MqttClient.to("mqtt://127.0.0.1:1").build()) {
      Message message = Message.to("a").qos(Qos.AT_MOST_ONCE).build();
      assertThatIllegalArgumentException().isThrownBy(() -> client.blocking().send(message));
    }
  }

  @Test
  void propertiesTakeRoomToo() {
    try (MqttClient client = MqttClient.to("mqtt://127.0.0.1:1").build()) {
      client.publish(Message.to("a").userProperty("k", "v".repeat(1_000)).build());
      assertThat(client.outboxBytes()).isGreaterThan(1_000);
    }
  }
}
