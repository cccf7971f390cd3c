package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.config.ServerConfig.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a running broker takes on, and what it does not. */
@Timeout(120)
class ReloadTest {
  private static final String OPEN = "topic readwrite #\n";

  @TempDir Path directory;

  private final LogLines log = new LogLines("io.whimbrel.config");

  @AfterEach
  void closeLog() {
    log.close();
  }

  @Test
  void aConnectedClientMeetsOtherLimitsWithItsNextPacket() throws Exception {
    try (TestBroker broker = new TestBroker();
        RawClient client = client(broker)) {
      assertThat(published(client, "a/b/c")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);

      assertThat(broker.reload("limits.topic-levels-max", "2")).isTrue();

      assertThat(published(client, "a/b")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      client.publish("a/b/c", new byte[0], Qos.AT_LEAST_ONCE, 1);
      assertThat(client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
      assertThat(log.lines())
          .containsExactly(
              "INFO everything read again, in force from now on: there are no files",
              "INFO limits.topic-levels-max: 200 became 2 (flag limits.topic-levels-max)");
      assertThat(broker.metric("whimbrel_reloads_total")).isEqualTo(1);
    }
  }

  @Test
  void newConnectionsAreGivenWhatIsInForce() throws Exception {
    try (TestBroker broker = new TestBroker();
        RawClient before = client(broker)) {
      broker.reload("limits.connect-packet-size-max", "256", "limits.packet-size-max", "1KiB");

      assertThat(refusedFor(broker, "c".repeat(300))).isTrue();
      assertThat(published(before, "t/" + "x".repeat(2_000)))
          .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      try (RawClient after = client(broker)) {
        after.publish("t/" + "x".repeat(2_000), new byte[0], Qos.AT_LEAST_ONCE, 1);
        assertThat(after.read(Disconnect.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
      }
    }
  }

  private static boolean refusedFor(TestBroker broker, String clientId) throws IOException {
    try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
      client.send(RawClient.connect(ProtocolVersion.MQTT_5, clientId));
      client.awaitClosed();
      return true;
    }
  }

  @Test
  void connectionsOfAnAddressAreCountedFromBeforeThereWasALimit() throws Exception {
    try (TestBroker broker = new TestBroker();
        RawClient first = client(broker)) {
      broker.reload("listeners.connections-per-address-max", "1");
      try (RawClient second = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        second.awaitClosed();
      }

      broker.reload("listeners.connections-per-address-max", "2");
      try (RawClient second = client(broker)) {
        assertThat(published(second, "t")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      }
      assertThat(published(first, "t")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }
  }

  @Test
  void whatFollowsFromALimitFollowsItsChange() throws Exception {
    Path passwords = Files.writeString(directory.resolve("passwords"), "# nobody\n");
    try (TestBroker broker =
        new TestBroker(
            "auth.password-file", passwords.toString(),
            "limits.connect-timeout", "1h",
            "logins.failure-delay", "1m")) {
      broker.reload("limits.connect-timeout", "1s");

      try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        client.send(RawClient.connect(ProtocolVersion.MQTT_5, "c"));
        assertThat(client.read(Connack.class).reason())
            .as("half of the time there is")
            .isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
    }
  }

  @Test
  void ratesAndWhatIsTooMuchAreThoseInForce() throws Exception {
    byte[] half = new byte[30 * 1024];
    byte[] head = {0x30, (byte) 0x80, (byte) 0xE0, 3, 0, 1, 't', 0};
    System.arraycopy(head, 0, half, 0, head.length);
    try (TestBroker broker = new TestBroker();
        RawClient client = RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "half")) {
      client.sendBytes(half);
      broker.awaitMetric("whimbrel_unfinished_bytes", bytes -> bytes >= half.length);
      broker.reload(
          "limits.connect-packet-size-max", "8KiB",
          "limits.packet-size-max", "20KiB",
          "overload.unfinished-bytes-max", "20KiB",
          "rates.connects-per-client-max", "1",
          "rates.client-pause", "1h");

      assertThat(client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "c").close();
      try (RawClient again = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        again.send(RawClient.connect(ProtocolVersion.MQTT_5, "c"));
        assertThat(again.read(Connack.class).reason())
            .isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
      }
      assertThat(log.lines()).noneMatch(line -> line.contains("needs a restart"));
    }
  }

  @Test
  void theLogIsToldItsLevel() throws Exception {
    try (TestBroker broker = new TestBroker()) {
      broker.reload("log.level", "debug");

      assertThat(broker.logged).containsExactly(LogLevel.DEBUG);
    }
  }

  @Test
  void sysTopicsAreSwitchedOnAndOff() throws Exception {
    try (TestBroker broker = new TestBroker("sys-topics.interval", "0");
        RawClient client = client(broker)) {
      client.subscribe("$SYS/broker/version", Qos.AT_MOST_ONCE);

      broker.reload("sys-topics.interval", "1d");

      assertThat(client.read(io.whimbrel.codec.Publish.class).topic())
          .hasToString("$SYS/broker/version");
    }
  }

  @Test
  void whatNeedsARestartIsToldAndTheRestIsTakenOn() throws Exception {
    try (TestBroker broker = new TestBroker()) {
      broker.reload("limits.slice-max", "7", "http.bind", "127.0.0.2");

      assertThat(log.lines())
          .contains(
              "INFO limits.slice-max: 1000 became 7 (flag limits.slice-max)",
              "WARN http.bind: 127.0.0.1 stays, 127.0.0.2 (flag http.bind) needs a restart");
      broker.reload();
      assertThat(log.lines())
          .filteredOn(line -> line.contains("http.bind"))
          .as("told each time")
          .hasSize(2);
    }
  }

  @Test
  void aBrokenConfigurationChangesNothingAndEachMistakeIsALine() throws Exception {
    try (TestBroker broker = new TestBroker();
        RawClient client = client(broker)) {
      boolean taken =
          broker.reload(
              "limits.topic-levels-max", "1", "limits.slice-max", "many", "limits.nonsense", "1");

      assertThat(taken).isFalse();
      assertThat(published(client, "a/b")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      assertThat(log.lines())
          .hasSize(2)
          .allMatch(line -> line.startsWith("ERROR everything NOT read again, the old stays"))
          .anyMatch(line -> line.contains("limits.slice-max: found 'many'"))
          .anyMatch(line -> line.contains("'limits.nonsense': no such key"));
      assertThat(broker.metric("whimbrel_reloads_refused_total")).isEqualTo(1);
      assertThat(broker.metric("whimbrel_reloads_total")).isZero();
    }
  }

  @Test
  void halfOfItIsNothingAndAllMistakesAreTold() throws Exception {
    Path rights = Files.writeString(directory.resolve("rights"), OPEN);
    Path broken = Files.writeString(directory.resolve("broken"), "topics\n");
    try (TestBroker broker = new TestBroker("auth.acl-file", rights.toString());
        RawClient client = client(broker)) {
      boolean taken =
          broker.reload(
              "limits.topic-levels-max",
              "1",
              "auth.acl-file",
              broken.toString(),
              "auth.password-file",
              directory.resolve("nowhere").toString(),
              "log.audit-file",
              directory.resolve("audit").toString());

      assertThat(taken).isFalse();
      assertThat(published(client, "a/b")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      assertThat(log.lines())
          .hasSize(2)
          .anyMatch(line -> line.contains("users and keys: ") && line.contains("no such file"))
          .anyMatch(line -> line.contains("rights: " + broken + ":1: found 'topics'"));
      try (RawClient stranger = client(broker)) {
        assertThat(published(stranger, "a/b")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      }
      assertThat(directory.resolve("audit")).isEmptyFile();
    }
  }

  @Test
  void whatWasRefusedIsTriedAgainWhenAFileOfItIsMended() throws Exception {
    Path rights = Files.writeString(directory.resolve("rights"), "topics\n");
    try (TestBroker broker = new TestBroker();
        RawClient client = client(broker)) {
      assertThat(broker.reload("auth.acl-file", rights.toString(), "limits.topic-levels-max", "2"))
          .isFalse();

      Files.writeString(rights, OPEN);
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 1);

      client.publish("a/b/c", new byte[0], Qos.AT_LEAST_ONCE, 1);
      assertThat(client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
    }
  }

  @Test
  void aChangedFileIsTakenOnByItselfAndSoIsOneThatItNames() throws Exception {
    Path config = Files.writeString(directory.resolve("w.yaml"), "limits: {slice-max: 7}\n");
    Path rights = Files.writeString(directory.resolve("rights"), "topics\n");
    try (TestBroker broker = new TestBroker(Optional.of(config));
        RawClient client = client(broker)) {
      Files.writeString(config, "auth: {acl-file: " + rights + "}\n");
      broker.awaitMetric("whimbrel_reloads_refused_total", refused -> refused == 1);
      assertThat(published(client, "a")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);

      Files.writeString(rights, "topic read #\n");
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 1);
      assertThat(published(client, "a")).isEqualTo(ReasonCode.NOT_AUTHORIZED);

      Files.writeString(rights, OPEN);
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 2);
      assertThat(published(client, "a")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      assertThat(log.lines())
          .last()
          .isEqualTo("INFO rights read again, in force from now on: " + rights);
    }
  }

  @Test
  void aFileThatCannotBeReadChangesNothing() throws Exception {
    Path rights = Files.writeString(directory.resolve("rights"), OPEN);
    try (TestBroker broker = new TestBroker("auth.acl-file", rights.toString());
        RawClient client = client(broker)) {
      Files.delete(rights);
      Files.createDirectory(rights); // as with no descriptor left: it is there, and is not read
      broker.awaitMetric("whimbrel_reloads_refused_total", refused -> refused == 1);

      assertThat(broker.reload("limits.topic-levels-max", "1")).isFalse();
      assertThat(published(client, "a/b")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      try (RawClient other = client(broker)) {
        assertThat(published(other, "a/b")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      }
    }
  }

  @Test
  void passwordsMayBeAskedForFromNowOn() throws Exception {
    Path passwords = Files.writeString(directory.resolve("passwords"), "# nobody\n");
    try (TestBroker broker = new TestBroker();
        RawClient before = client(broker)) {
      assertThat(broker.reload("auth.password-file", passwords.toString())).isTrue();

      try (RawClient after = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        after.send(RawClient.connect(ProtocolVersion.MQTT_5, "after"));
        assertThat(after.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
      assertThat(published(before, "t")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }
  }

  @Test
  void aStoppedBrokerTakesNothingOn() throws Exception {
    TestBroker broker = new TestBroker();
    broker.close();

    assertThat(broker.reload()).isFalse();
  }

  private static RawClient client(TestBroker broker) throws IOException {
    return RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "");
  }

  private static ReasonCode published(RawClient client, String topic) throws IOException {
    client.publish(topic, new byte[0], Qos.AT_LEAST_ONCE, 1);
    return client.read(Puback.class).reason();
  }
}
