package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the audit log says of real clients. */
@Timeout(120)
class AuditTest {
  // The password is "gr8 pass"; by mosquitto_passwd.
  private static final String ALICE =
      "alice:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";
  private static final String SECRET = "hunter2-never-shown";

  @TempDir Path directory;

  private Path audit;
  private Path passwords;
  private Path rights;

  @BeforeEach
  void writeFiles() throws Exception {
    audit = directory.resolve("audit.jsonl");
    passwords = Files.writeString(directory.resolve("passwords"), ALICE);
    rights =
        Files.writeString(directory.resolve("rights"), "user alice\ntopic readwrite alice/#\n");
  }

  @Test
  void aClientThatComesAndGoesIsTwoLinesBetweenThoseOfTheBroker() throws Exception {
    String address;
    try (TestBroker broker = broker()) {
      try (RawClient client = RawClient.connected(broker.port(), ProtocolVersion.MQTT_3_1_1, "c")) {
        address = "127.0.0.1:" + client.socket.getLocalPort();
        client.send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        client.awaitClosed();
      }
    }

    List<String> lines = Files.readAllLines(audit);
    assertThat(lines).hasSize(4).allMatch(line -> line.matches("\\{\"time\":\"[-0-9T:.]+Z\".*}"));
    assertThat(lines.get(0)).contains("\"event\":\"started\"", "\"version\":", "\"listeners\":[");
    assertThat(lines.get(1))
        .contains(
            "\"event\":\"connected\",\"client\":\"c\",\"address\":\""
                + address
                + "\",\"listener\":\"tcp\"",
            "\"method\":\"anonymous\",\"protocol\":\"3.1.1\",\"session\":\"new\"");
    assertThat(lines.get(2))
        .contains(
            "\"event\":\"disconnected\",\"client\":\"c\",\"address\":\"" + address,
            "\"reason\":\"success\",\"explanation\":\"client disconnected\"");
    assertThat(lines.get(3)).endsWith("\"event\":\"stopped\"}");
  }

  @Test
  void whoIsRefusedIsNamedAsItNamedItselfAndWasNeverConnected() throws Exception {
    try (TestBroker broker = secured()) {
      try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        client.send(connect("c", "mallory", SECRET));
        assertThat(client.read(Connack.class).reason())
            .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        client.awaitClosed();
      }
      try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
        client.sendBytes((byte) 0);
        client.awaitClosed();
      }
    }

    assertThat(events("refused"))
        .hasSize(2)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("\"client\":\"c\",\"user\":\"mallory\"")
                    .contains("\"reason\":\"bad_user_name_or_password\""),
            line -> assertThat(line).doesNotContain("\"client\"", "\"user\""));
    assertThat(events("connected")).isEmpty();
    assertThat(events("disconnected")).isEmpty();
  }

  @Test
  void whatRightsRefuseIsToldOnceWithItsRule() throws Exception {
    try (TestBroker broker = secured();
        RawClient alice = alice(broker)) {
      for (int i = 1; i <= 3; i++) {
        alice.publish("bob/x" + i, SECRET.getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE, i);
        assertThat(alice.read(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
      alice.subscribe("bob/#", Qos.AT_MOST_ONCE);
      Files.writeString(rights, "user alice\ntopic deny alice/#\n");
      assertThat(broker.reload()).isTrue();
      alice.publish("alice/x", new byte[0], Qos.AT_LEAST_ONCE, 4);
      alice.read(Puback.class);
    }

    List<String> denied = events("denied");
    assertThat(denied.get(0))
        .contains("\"client\":\"c\",\"user\":\"alice\"")
        .contains("\"action\":\"publish\",\"topic\":\"bob/x1\",\"rule\":\"no rule")
        .endsWith("\"count\":1}");
    assertThat(counted(denied, "\"action\":\"publish\".*\"no rule")).isEqualTo(3);
    assertThat(counted(denied, "\"action\":\"subscribe\",\"filter\":\"bob/#\"")).isEqualTo(1);
    assertThat(counted(denied, "\"topic\":\"alice/x\".*line 2: topic deny alice/#")).isEqualTo(1);
    assertThat(denied).as("not a line for each").hasSizeLessThan(6);
  }

  /** The sum of the counts of lines that have this in them. */
  private static int counted(List<String> lines, String part) {
    return lines.stream()
        .filter(Pattern.compile(part).asPredicate())
        .mapToInt(line -> Integer.parseInt(line.replaceAll(".*\"count\":(\\d+)}", "$1")))
        .sum();
  }

  @Test
  void aSessionThatIsTakenOverSaysSo() throws Exception {
    try (TestBroker broker = broker();
        RawClient first = RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "c");
        RawClient second = RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "c")) {
      first.awaitClosed();
      second.publish("t", new byte[0], Qos.AT_LEAST_ONCE, 1);
      second.read(Puback.class);
    }

    assertThat(events("taken-over"))
        .singleElement()
        .asString()
        .contains("\"client\":\"c\"", "\"reason\":\"session_taken_over\"");
    assertThat(events("connected")).hasSize(2);
    assertThat(events("disconnected")).as("the second").hasSize(1);
  }

  @Test
  void whatIsReadAgainIsALineWithWhatChangedAndWhatWasWrong() throws Exception {
    try (TestBroker broker = broker()) {
      broker.reload("limits.slice-max", "7", "http.bind", "127.0.0.2", "tls.key-password", SECRET);
      broker.reload("limits.slice-max", "many");
    }

    assertThat(events("reloaded"))
        .singleElement()
        .asString()
        .contains("\"changes\":[\"tls.key-password: ", "********")
        .contains("\"limits.slice-max: 1000 became 7 (flag limits.slice-max)\"]")
        .contains("\"awaitingRestart\":[\"http.bind: 127.0.0.1 stays, 127.0.0.2");
    assertThat(events("reload-refused"))
        .singleElement()
        .asString()
        .contains("\"mistakes\":[", "found 'many'");
  }

  @Test
  void neitherPasswordsNorPayloadsAreInIt() throws Exception {
    try (TestBroker broker = secured()) {
      try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
        client.send(connect("c", "alice", SECRET));
        client.awaitClosed();
      }
      try (RawClient alice = alice(broker)) {
        byte[] payload = SECRET.getBytes(StandardCharsets.UTF_8);
        alice.publish("alice/x", payload, Qos.AT_LEAST_ONCE, 1);
        alice.read(Puback.class);
        alice.publish("bob/x", payload, Qos.AT_LEAST_ONCE, 2);
        alice.read(Puback.class);
      }
      broker.reload("tls.key-password", SECRET);
    }

    assertThat(Files.readString(audit))
        .contains("\"event\":\"denied\"", "\"event\":\"refused\"", "\"event\":\"reloaded\"")
        .doesNotContain(SECRET, "gr8 pass");
  }

  @Test
  void aNameThatTriesToForgeALineIsOneText() throws Exception {
    String name = "x\",\"event\":\"connected\",\"user\":\"root";
    try (TestBroker broker = broker()) {
      RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, name).close();
    }

    assertThat(events("connected"))
        .singleElement()
        .asString()
        .contains("\"client\":\"x\\\",\\\"event\\\":\\\"connected\\\",\\\"user\\\":\\\"root\"");
  }

  @Test
  void aFileThatWasRenamedIsLeftAndANewOneBegun() throws Exception {
    Path old = directory.resolve("audit.1");
    try (TestBroker broker = broker()) {
      TestBroker.await("the first line", () -> !events("started").isEmpty());
      Files.move(audit, old);
      assertThat(broker.reload()).isTrue();
      RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "c").close();
    }

    assertThat(Files.readString(old)).contains("started").doesNotContain("connected");
    assertThat(events("connected")).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(audit)))
        .isEqualTo("rw-------");
  }

  @Test
  void itIsSwitchedOnAndOffWhileTheBrokerRuns() throws Exception {
    try (TestBroker broker = new TestBroker()) {
      assertThat(broker.reload("log.audit-file", audit.toString())).isTrue();
      RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "seen").close();
      broker.awaitMetric("whimbrel_audit_events_total", lines -> lines == 3);

      assertThat(broker.reload("log.audit-file", "none")).isTrue();
      RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "unseen").close();
    }

    assertThat(Files.readString(audit)).contains("\"seen\"").doesNotContain("unseen");
  }

  @Test
  void aBrokerThatCannotKeepItDoesNotStart() {
    Path nowhere = directory.resolve("no/where");

    assertThatThrownBy(() -> new TestBroker("log.audit-file", nowhere.toString()).close())
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("log.audit-file " + nowhere + ": there is no directory");
  }

  private TestBroker broker() throws Exception {
    return new TestBroker("log.audit-file", audit.toString());
  }

  private TestBroker secured() throws Exception {
    return new TestBroker(
        "log.audit-file",
        audit.toString(),
        "auth.password-file",
        passwords.toString(),
        "auth.acl-file",
        rights.toString());
  }

  /** The lines of an event so far; all of them once the broker has stopped. */
  private List<String> events(String name) {
    try {
      return Files.readAllLines(audit).stream()
          .filter(line -> line.contains("Z\",\"event\":\"" + name + "\""))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RawClient alice(TestBroker broker) throws IOException {
    RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5);
    client.send(connect("c", "alice", "gr8 pass"));
    assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  private static Connect connect(String clientId, String user, String password) {
    return new Connect(
        ProtocolVersion.MQTT_5,
        true,
        0,
        Properties.NONE,
        clientId,
        null,
        user,
        password.getBytes(StandardCharsets.UTF_8));
  }
}
