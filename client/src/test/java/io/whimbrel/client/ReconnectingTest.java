package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ReasonCode;
import java.util.concurrent.CompletableFuture;
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
}
