package io.whimbrel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.UserProperty;
import io.whimbrel.codec.Will;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who sent a message, as its receivers see it. */
class SenderIdentityTest {
  // The password is "gr8 pass"; by mosquitto_passwd.
  private static final String ALICE =
      "alice:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";
  private static final Properties FORGED =
      Properties.builder()
          .user("mine", "1")
          .user("whimbrel-sender-user", "admin")
          .user("whimbrel-sender-", "x")
          .user("other", "2")
          .build();

  @TempDir Path directory;

  @Test
  void aMessageSaysWhoSentItAndWhen() throws Exception {
    try (TestBroker broker = broker("sender-identity.listeners", "tcp");
        RawClient listener = listener(broker);
        RawClient alice = alice(broker)) {
      Instant before = Instant.now().minusSeconds(1);
      alice.send(message("t", FORGED));
      List<UserProperty> said = listener.read(Publish.class).properties().userProperties();
      assertThat(said.subList(0, 5))
          .containsExactly(
              new UserProperty("mine", "1"),
              new UserProperty("other", "2"),
              new UserProperty("whimbrel-sender-user", "alice"),
              new UserProperty("whimbrel-sender-client", "device"),
              new UserProperty("whimbrel-sender-method", "password"));
      assertThat(said.get(5).name()).isEqualTo("whimbrel-sender-time");
      assertThat(Instant.parse(said.get(5).value()))
          .isBetween(before, Instant.now().plus(Duration.ofSeconds(1)));
      assertThat(said).hasSize(6);
    }
  }

  @Test
  void aWillAndAnAnonymousClientAreNamedToo() throws Exception {
    try (TestBroker broker = broker("sender-identity.listeners", "tcp");
        RawClient listener = listener(broker)) {
      try (RawClient mortal = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        Will will = new Will(TopicName.of("w"), new byte[0], Qos.AT_MOST_ONCE, false, FORGED);
        mortal.send(
            new Connect(
                ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "mortal", will, null, null));
        mortal.read(Connack.class);
      }
      List<UserProperty> said = listener.read(Publish.class).properties().userProperties();
      assertThat(said)
          .contains(
              new UserProperty("whimbrel-sender-client", "mortal"),
              new UserProperty("whimbrel-sender-method", "anonymous"))
          .noneMatch(pair -> pair.name().equals("whimbrel-sender-user"));
    }
  }

  @Test
  void nobodyForgesItFromAListenerWhereItIsNotAdded() throws Exception {
    try (TestBroker broker = broker("sender-identity.listeners", "tls");
        RawClient listener = listener(broker);
        RawClient alice = alice(broker)) {
      alice.send(message("t", FORGED));
      assertThat(listener.read(Publish.class).properties().userProperties())
          .containsExactly(new UserProperty("mine", "1"), new UserProperty("other", "2"));
    }
  }

  @Test
  void onlyTheTopicsThatAreMeantCarryIt() throws Exception {
    try (TestBroker broker =
            broker("sender-identity.listeners", "tcp", "sender-identity.topics", "audit/#,a/+");
        RawClient listener = listener(broker);
        RawClient alice = alice(broker)) {
      for (String topic : List.of("a/b/c", "audit", "a/b")) {
        alice.send(message(topic, FORGED));
      }
      assertThat(listener.read(Publish.class).properties().userProperties()).hasSize(2);
      assertThat(listener.read(Publish.class).properties().userProperties()).hasSize(6);
      assertThat(listener.read(Publish.class).properties().userProperties()).hasSize(6);
    }
  }

  @Test
  void propertiesAreLeftAloneWhereNobodyAsksForIt() throws Exception {
    try (TestBroker broker = broker();
        RawClient listener = listener(broker);
        RawClient alice = alice(broker)) {
      alice.send(message("t", FORGED));
      assertThat(listener.read(Publish.class).properties()).isEqualTo(FORGED);
    }
  }

  @Test
  void anOldReceiverGetsTheMessageAlone() throws Exception {
    try (TestBroker broker = broker("sender-identity.listeners", "tcp");
        RawClient old = RawClient.connected(broker.port(), ProtocolVersion.MQTT_3_1_1, "old");
        RawClient alice = alice(broker)) {
      old.subscribe("t", Qos.AT_MOST_ONCE);
      alice.send(message("t", Properties.NONE));
      Publish heard = old.read(Publish.class);
      assertThat(heard.payload()).isEqualTo("x".getBytes(UTF_8));
      assertThat(heard.properties().isEmpty()).isTrue();
    }
  }

  private TestBroker broker(String... more) throws Exception {
    Path passwords = Files.writeString(directory.resolve("passwords"), ALICE);
    String[] all = new String[more.length + 4];
    all[0] = "auth.password-file";
    all[1] = passwords.toString();
    all[2] = "listeners.allow-anonymous";
    all[3] = "true";
    System.arraycopy(more, 0, all, 4, more.length);
    return new TestBroker(all);
  }

  private static RawClient listener(TestBroker broker) throws Exception {
    RawClient client = RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "listener");
    client.subscribe("#", Qos.AT_MOST_ONCE);
    return client;
  }

  private static RawClient alice(TestBroker broker) throws Exception {
    RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5);
    client.send(
        new Connect(
            ProtocolVersion.MQTT_5,
            true,
            0,
            Properties.NONE,
            "device",
            null,
            "alice",
            "gr8 pass".getBytes(UTF_8)));
    assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  private static Publish message(String topic, Properties properties) {
    return new Publish(
        false, Qos.AT_MOST_ONCE, false, TopicName.of(topic), 0, properties, "x".getBytes(UTF_8));
  }
}
