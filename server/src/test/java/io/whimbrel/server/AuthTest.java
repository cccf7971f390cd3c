package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Will;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who comes in, and what they may do, as clients see it. */
class AuthTest {
  // The password is "gr8 pass"; by mosquitto_passwd.
  private static final String ALICE =
      "alice:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";
  private static final String RIGHTS =
      """
      user alice
      topic readwrite alice/#
      topic read news/#
      """;

  @TempDir Path directory;

  private Path passwords;
  private Path rights;

  @BeforeEach
  void writeFiles() throws Exception {
    passwords = Files.writeString(directory.resolve("passwords"), ALICE);
    rights = Files.writeString(directory.resolve("rights"), RIGHTS);
  }

  @ParameterizedTest
  @CsvSource({
    "MQTT_5, alice, gr8 pass, SUCCESS",
    "MQTT_5, alice, wrong, BAD_USER_NAME_OR_PASSWORD",
    "MQTT_5, bob, gr8 pass, BAD_USER_NAME_OR_PASSWORD",
    "MQTT_5, alice, , BAD_USER_NAME_OR_PASSWORD",
    "MQTT_5, , , NOT_AUTHORIZED",
    "MQTT_3_1_1, alice, gr8 pass, SUCCESS",
    "MQTT_3_1_1, alice, wrong, BAD_USER_NAME_OR_PASSWORD",
    "MQTT_3_1_1, , , NOT_AUTHORIZED",
    "MQTT_3_1, alice, wrong, BAD_USER_NAME_OR_PASSWORD",
  })
  void aClientComesInWithItsPasswordAlone(
      ProtocolVersion version, @Nullable String user, @Nullable String password, ReasonCode answer)
      throws Exception {
    try (TestBroker broker = broker();
        RawClient client = new RawClient(broker.port(), version)) {
      client.send(connect(version, user, password, null));

      assertThat(client.read(Connack.class).reason()).isEqualTo(answer);
    }
  }

  @Test
  void aStrangerMayStillComeWhereThatIsSaid() throws Exception {
    try (TestBroker broker = broker("listeners.allow-anonymous", "true")) {
      try (RawClient stranger = RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "s")) {
        assertThat(subscribed(stranger, "news/#")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
      try (RawClient liar = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        liar.send(connect(ProtocolVersion.MQTT_5, "alice", "wrong", null));
        assertThat(liar.read(Connack.class).reason())
            .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "news/#, GRANTED_QOS_1",
    "news/+/today, GRANTED_QOS_1",
    "$share/g/news/#, GRANTED_QOS_1",
    "alice/x, GRANTED_QOS_1",
    "#, NOT_AUTHORIZED",
    "+/x, NOT_AUTHORIZED",
    "$share/g/#, NOT_AUTHORIZED",
    "$share/news/#, NOT_AUTHORIZED",
    "$SYS/#, NOT_AUTHORIZED",
    "bob/x, NOT_AUTHORIZED",
  })
  void aFilterIsGrantedWhereAllOfItIs(String filter, ReasonCode answer) throws Exception {
    try (TestBroker broker = broker();
        RawClient alice = alice(broker)) {
      assertThat(subscribed(alice, filter)).isEqualTo(answer);
      assertThat(broker.metric("whimbrel_denied_total{action=\"subscribe\"}"))
          .isEqualTo(answer == ReasonCode.NOT_AUTHORIZED ? 1 : 0);
    }
  }

  @Test
  void aMessageAndAWillGoWhereTheyMay() throws Exception {
    try (TestBroker broker = broker()) {
      try (RawClient alice = alice(broker)) {
        alice.publish("alice/x", new byte[0], Qos.AT_LEAST_ONCE, 1);
        assertThat(alice.read(Puback.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        alice.publish("news/x", new byte[0], Qos.AT_LEAST_ONCE, 2);
        assertThat(alice.read(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
      try (RawClient alice = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        alice.send(connect(ProtocolVersion.MQTT_5, "alice", "gr8 pass", "news/x"));
        assertThat(alice.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
    }
  }

  @Test
  void changedFilesHoldForWhoComesAndWhoIsThere() throws Exception {
    try (TestBroker broker = broker();
        RawClient alice = alice(broker)) {
      Files.writeString(rights, "user alice\ntopic readwrite other/#\n");
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 1);
      alice.publish("alice/x", new byte[0], Qos.AT_LEAST_ONCE, 1);
      assertThat(alice.read(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);

      Files.writeString(rights, "user alice\ntopics\n");
      broker.awaitMetric("whimbrel_reloads_refused_total", refused -> refused == 1);
      alice.publish("other/x", new byte[0], Qos.AT_LEAST_ONCE, 1);
      assertThat(alice.read(Puback.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);

      Files.writeString(passwords, "# nobody\n");
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 2);
      assertThatThrownBy(() -> alice(broker)).isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void whatIsTakenBackIsNotDeliveredAnyMore() throws Exception {
    try (TestBroker broker = broker();
        RawClient alice = alice(broker)) {
      assertThat(subscribed(alice, "alice/#")).isEqualTo(ReasonCode.GRANTED_QOS_1);
      alice.publish("alice/x", "first".getBytes(StandardCharsets.UTF_8), Qos.AT_MOST_ONCE, 0);
      assertThat(alice.read(Publish.class).topic()).hasToString("alice/x");

      Files.writeString(rights, "user alice\ntopic write alice/x\ntopic readwrite alice/y\n");
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 1);
      alice.publish("alice/x", "second".getBytes(StandardCharsets.UTF_8), Qos.AT_MOST_ONCE, 0);
      alice.publish("alice/y", "third".getBytes(StandardCharsets.UTF_8), Qos.AT_MOST_ONCE, 0);
      assertThat(alice.read(Publish.class).topic()).hasToString("alice/y");
      assertThat(broker.metric("whimbrel_messages_dropped_total{reason=\"withheld\"}")).isOne();
    }
  }

  @Test
  void anotherUserGetsNothingByAClientIdentifier() throws Exception {
    Files.writeString(passwords, ALICE + ALICE.replace("alice", "bob"));
    try (TestBroker broker = broker();
        RawClient alice = alice(broker);
        RawClient bob = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
      bob.send(connect(ProtocolVersion.MQTT_3_1_1, "bob", "gr8 pass", null));
      assertThat(bob.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);

      alice.publish("alice/x", new byte[0], Qos.AT_LEAST_ONCE, 1);
      alice.read(Puback.class);
    }
  }

  @Test
  void aBrokerDoesNotStartWithAFileThatIsWrong() throws Exception {
    Files.writeString(rights, "topic read a\nuser alice\ntopics a\n");

    assertThatThrownBy(() -> broker().close())
        .isInstanceOf(StartException.class)
        .hasMessage(
            rights + ":3: found 'topics a', allowed: user, topic or pattern at the beginning");
  }

  private TestBroker broker(String... more) throws Exception {
    String[] all = new String[more.length + 4];
    all[0] = "auth.password-file";
    all[1] = passwords.toString();
    all[2] = "auth.acl-file";
    all[3] = rights.toString();
    System.arraycopy(more, 0, all, 4, more.length);
    return new TestBroker(all);
  }

  private static RawClient alice(TestBroker broker) throws IOException {
    RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5);
    client.send(connect(ProtocolVersion.MQTT_5, "alice", "gr8 pass", null));
    assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  private static ReasonCode subscribed(RawClient client, String filter) throws IOException {
    client.send(
        new Subscribe(
            7,
            Properties.NONE,
            List.of(
                new SubscriptionRequest(
                    TopicFilter.of(filter),
                    Qos.AT_LEAST_ONCE,
                    false,
                    false,
                    RetainHandling.SEND))));
    return client.read(Suback.class).reasons().get(0);
  }

  private static Connect connect(
      ProtocolVersion version,
      @Nullable String user,
      @Nullable String password,
      @Nullable String willTopic) {
    Will will =
        willTopic == null
            ? null
            : new Will(
                TopicName.of(willTopic), new byte[0], Qos.AT_MOST_ONCE, false, Properties.NONE);
    return new Connect(
        version,
        true,
        0,
        Properties.NONE,
        "c",
        will,
        user,
        password == null ? null : password.getBytes(StandardCharsets.UTF_8));
  }
}
