package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.BlockingClient;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.Subscription;
import io.whimbrel.client.sn.DeviceMessage;
import io.whimbrel.client.sn.MqttSnClient;
import io.whimbrel.client.sn.MqttSnException;
import io.whimbrel.client.sn.SnTransport;
import io.whimbrel.codec.Qos;
import io.whimbrel.line.PtyPair;
import io.whimbrel.links.DtlsIdentity;
import io.whimbrel.links.DtlsLink;
import io.whimbrel.links.SerialLink;
import io.whimbrel.server.Listening;
import io.whimbrel.server.tls.KeyMaterial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The MQTT-SN client by DTLS and by serial lines, with a broker; the other side speaks MQTT. */
final class DeviceLinksTest {
  private static final long SECONDS = 60;
  private static final Path FILES = Path.of("../server/src/test/resources/tls");

  @TempDir Path directory;
  private final LinkedBlockingQueue<DeviceMessage> heard = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<ReceivedMessage> heardByOther = new LinkedBlockingQueue<>();

  private EmbeddedBroker dtls() throws Exception {
    Path keys = Files.writeString(directory.resolve("keys"), "pump:0a0b0c\n");
    return EmbeddedBroker.start(
        Map.of(
            "sn-links.yard.kind", "dtls",
            "sn-links.yard.port", "any",
            "sn-links.yard.psk-file", keys.toString(),
            "sn-links.yard.certificate", FILES.resolve("server.pem").toString(),
            "sn-links.yard.key", FILES.resolve("server.key").toString(),
            "sn-links.yard.ca", FILES.resolve("ca.pem").toString(),
            "sn-links.yard.client-name", "user"));
  }

  private static SnTransport to(EmbeddedBroker broker, DtlsIdentity identity) {
    return DtlsLink.to("127.0.0.1", broker.port(Listening.Kind.SN_DTLS), identity);
  }

  private static DtlsIdentity key(String identity, String hex) {
    return DtlsIdentity.key(identity, HexFormat.of().parseHex(hex));
  }

  private MqttSnClient client(String id, SnTransport transport) {
    return MqttSnClient.over(transport)
        .clientId(id)
        .retry(Duration.ofSeconds(2), 30)
        .onMessage(heard::add)
        .build();
  }

  private static <T> T await(CompletableFuture<T> asked) throws Exception {
    try {
      return asked.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw (Exception) failed.getCause();
    }
  }

  /** Both ways, with each QoS, and over a sleep. */
  private void talks(MqttSnClient device, EmbeddedBroker broker) throws Exception {
    try (MqttClient client = MqttClient.to(broker.uri()).build()) {
      BlockingClient other = client.blocking();
      client.handle("#", heardByOther::add);
      other.connect();
      other.subscribe(Subscription.of("up/#", Qos.EXACTLY_ONCE));
      await(device.connect());
      await(device.subscribe("down/+", Qos.EXACTLY_ONCE));
      for (Qos qos : Qos.values()) {
        await(device.publish(DeviceMessage.of("up/" + qos, "x").qos(qos)));
        assertThat(heardByOther.poll(SECONDS, TimeUnit.SECONDS))
            .extracting(message -> message.topic())
            .isEqualTo("up/" + qos);
        other.publish(Message.to("down/" + qos).payload("y").qos(qos).build());
        assertThat(heard.poll(SECONDS, TimeUnit.SECONDS))
            .extracting(message -> message.topic().name())
            .isEqualTo("down/" + qos);
      }
      await(device.sleep(Duration.ofSeconds(300)));
      other.publish(Message.to("down/asleep").payload("z").qos(Qos.AT_LEAST_ONCE).build());
      assertThat(heard).isEmpty();
      await(device.wake());
      assertThat(heard.poll(SECONDS, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void aDeviceWithAKeyTalks() throws Exception {
    try (EmbeddedBroker broker = dtls();
        MqttSnClient pump = client("pump", to(broker, key("pump", "0a0b0c")))) {
      talks(pump, broker);
    }
  }

  @Test
  void aDeviceWithACertificateTalks() throws Exception {
    KeyMaterial own = KeyMaterial.read(FILES.resolve("alice.pem"), FILES.resolve("alice.key"), "");
    DtlsIdentity identity =
        DtlsIdentity.certificate(
            own.key(), own.chain(), KeyMaterial.certificates(FILES.resolve("ca.pem")));
    try (EmbeddedBroker broker = dtls();
        MqttSnClient alice = client("alice", to(broker, identity))) {
      talks(alice, broker);
    }
  }

  @Test
  void aWrongKeyIsToldAsWhatItIs() throws Exception {
    try (EmbeddedBroker broker = dtls();
        MqttSnClient pump =
            MqttSnClient.over(to(broker, key("pump", "00")))
                .clientId("pump")
                .retry(Duration.ofSeconds(1), 60)
                .build()) {
      assertThatThrownBy(() -> await(pump.connect()))
          .isInstanceOf(MqttSnException.class)
          .hasMessageContaining("DTLS");
    }
  }

  @Test
  void aDeviceOnALineTalks() throws Exception {
    try (PtyPair pair = new PtyPair(directory);
        EmbeddedBroker broker =
            EmbeddedBroker.start(
                Map.of(
                    "sn-links.line.kind",
                    "serial",
                    "sn-links.line.device",
                    pair.broker().toString()));
        MqttSnClient pump = client("pump", SerialLink.at(pair.device().toString(), 115_200))) {
      talks(pump, broker);
    }
  }

  @Test
  void aLineThatIsNotThereIsTold() {
    try (MqttSnClient pump =
        client("pump", SerialLink.at(directory.resolve("ttyNONE").toString(), 9_600))) {
      assertThatThrownBy(() -> await(pump.connect()))
          .isInstanceOf(MqttSnException.class)
          .hasMessageContaining("there is no such device");
    }
  }
}
