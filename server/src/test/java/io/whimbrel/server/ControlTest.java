package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.control.Answer;
import io.whimbrel.server.control.ControlCall;
import io.whimbrel.server.control.ControlException;
import io.whimbrel.server.control.Criterion;
import io.whimbrel.server.control.Dismiss;
import io.whimbrel.server.control.Request;
import io.whimbrel.server.control.Selection;
import io.whimbrel.server.token.TokenMaker;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running broker that is asked to end connections. */
@Timeout(120)
final class ControlTest {
  private static final long WAIT_MILLIS = 60_000;

  // The password is "gr8 pass"; by mosquitto_passwd.
  private static final String ALICE =
      "alice:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";

  @TempDir Path directory;
  private Path data;
  private Path socket;
  private Path audit;

  @BeforeEach
  void choosePlaces() {
    data = directory.resolve("data");
    socket = data.resolve("control.sock");
    audit = directory.resolve("audit.jsonl");
  }

  private TestBroker broker(String... more) throws Exception {
    String[] all = new String[more.length + 8];
    System.arraycopy(more, 0, all, 8, more.length);
    all[0] = "data-dir";
    all[1] = data.toString();
    all[2] = "log.audit-file";
    all[3] = audit.toString();
    all[4] = "listeners.event-loops";
    all[5] = "2"; // so that clients live on several
    all[6] = "listeners.allow-anonymous";
    all[7] = "true";
    return new TestBroker(all);
  }

  private TestBroker withTokens() throws Exception {
    return broker(
        "issuers.a.issuer",
        TokenMaker.ISSUER,
        "issuers.a.audience",
        "mqtt",
        "issuers.a.secret",
        TokenMaker.SECRET);
  }

  private static RawClient let(TestBroker broker, Connect connect) throws Exception {
    RawClient client = new RawClient(broker.port(), connect.version());
    client.send(connect);
    assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  private static RawClient named(TestBroker broker, String clientId, String user) throws Exception {
    return let(
        broker,
        new Connect(
            MQTT_5,
            true,
            0,
            Properties.NONE,
            clientId,
            null,
            user,
            "gr8 pass".getBytes(StandardCharsets.UTF_8)));
  }

  private static RawClient withToken(TestBroker broker, String clientId, String subject, String id)
      throws Exception {
    TokenMaker token = new TokenMaker(System.currentTimeMillis());
    String signed =
        token
            .with("sub", subject)
            .with("jti", id)
            .with("exp", System.currentTimeMillis() / 1_000 + 3_600)
            .signed();
    Properties shown =
        Properties.builder()
            .set(PropertyId.AUTHENTICATION_METHOD, "OAUTH2-JWT")
            .set(PropertyId.AUTHENTICATION_DATA, signed.getBytes(StandardCharsets.UTF_8))
            .build();
    return let(broker, new Connect(MQTT_5, true, 0, shown, clientId, null, null, null));
  }

  private static void assertIsThere(RawClient client) throws Exception {
    client.send(Pingreq.INSTANCE);
    client.read(Pingresp.class);
  }

  private static void assertWasSentAway(RawClient client, ReasonCode reason) throws Exception {
    Disconnect heard = client.read(Disconnect.class);
    assertThat(heard.reason()).isEqualTo(reason);
    client.awaitClosed();
  }

  private Answer ask(Request request) throws ControlException {
    return ControlCall.ask(socket, request, WAIT_MILLIS);
  }

  private long end(Criterion by, String value, String... issuer) throws ControlException {
    Selection whom = new Selection(by, value, Optional.ofNullable(first(issuer)));
    Answer answer = ask(Dismiss.request(whom, "administrative-action"));
    assertThat(answer.error()).isEmpty();
    return answer.number("disconnected").orElseThrow();
  }

  private static String first(String... issuer) {
    return issuer.length == 0 ? null : issuer[0];
  }

  @Test
  void endsTheConnectionOfAClientIdAndOfNobodyElse() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker();
        RawClient gone = RawClient.connected(broker.port(), MQTT_5, "pump");
        RawClient older = RawClient.connected(broker.port(), MQTT_3_1_1, "pump-2");
        RawClient stays = RawClient.connected(broker.port(), MQTT_5, "Pump")) {
      assertThat(end(Criterion.CLIENT_ID, "pump")).isEqualTo(1);
      assertWasSentAway(gone, ReasonCode.ADMINISTRATIVE_ACTION);
      log.await("INFO an administrator ended connections of client-id 'pump': 1 ");
      assertThat(end(Criterion.CLIENT_ID, "pump-2")).isEqualTo(1);
      older.awaitClosed(); // 3.1.1 has no words for it
      assertThat(end(Criterion.CLIENT_ID, "pump")).isZero();
      assertIsThere(stays);
    }
    assertThat(audit)
        .content()
        .contains(
            "\"event\":\"disconnected-by-admin\",\"by\":\"client-id\",\"value\":\"pump\","
                + "\"reason\":\"administrative_action\",\"count\":1}")
        .contains("\"value\":\"pump\",\"reason\":\"administrative_action\",\"count\":0}");
  }

  @Test
  void endsAllConnectionsOfAUserOnAllEventLoops() throws Exception {
    Path passwords = Files.writeString(directory.resolve("passwords"), ALICE);
    try (TestBroker broker = broker("auth.password-file", passwords.toString());
        RawClient one = named(broker, "1", "alice");
        RawClient two = named(broker, "2", "alice");
        RawClient three = named(broker, "3", "alice");
        RawClient nobody = RawClient.connected(broker.port(), MQTT_5, "alice")) {
      Selection alice = new Selection(Criterion.USER, "alice", Optional.empty());
      Answer answer = ask(Dismiss.request(alice, "not-authorized"));
      assertThat(answer.number("disconnected")).contains(3L);
      assertWasSentAway(one, ReasonCode.NOT_AUTHORIZED);
      assertWasSentAway(two, ReasonCode.NOT_AUTHORIZED);
      assertWasSentAway(three, ReasonCode.NOT_AUTHORIZED);
      assertIsThere(nobody);
      named(broker, "1", "alice").close(); // it may come again
    }
  }

  @Test
  void endsConnectionsBySubjectTokenAndIssuer() throws Exception {
    try (TestBroker broker = withTokens();
        RawClient bySubject = withToken(broker, "a", "alice", "t-1");
        RawClient byToken = withToken(broker, "b", "bob", "t-2");
        RawClient byIssuer = withToken(broker, "c", "carol", "t-3");
        RawClient nobody = RawClient.connected(broker.port(), MQTT_5, "alice")) {
      assertThat(end(Criterion.SUBJECT, "alice", "https://another.example")).isZero();
      assertThat(end(Criterion.SUBJECT, "alice", TokenMaker.ISSUER)).isEqualTo(1);
      assertWasSentAway(bySubject, ReasonCode.ADMINISTRATIVE_ACTION);
      assertThat(end(Criterion.TOKEN_ID, "t-1")).isZero();
      assertThat(end(Criterion.TOKEN_ID, "t-2")).isEqualTo(1);
      assertWasSentAway(byToken, ReasonCode.ADMINISTRATIVE_ACTION);
      assertThat(end(Criterion.ISSUER, TokenMaker.ISSUER)).isEqualTo(1);
      assertWasSentAway(byIssuer, ReasonCode.ADMINISTRATIVE_ACTION);
      assertIsThere(nobody);
    }
    assertThat(audit).content().contains("\"issuer\":\"" + TokenMaker.ISSUER + "\"");
  }

  @Test
  void refusesWhatItDoesNotUnderstandAndEndsNobody() throws Exception {
    Request request = Request.of("disconnect");
    try (TestBroker broker = broker();
        RawClient stays = RawClient.connected(broker.port(), MQTT_5, "c")) {
      assertRefused(request, "'by' is not there");
      assertRefused(request.with("by", "user"), "'value' is not there");
      assertRefused(request.with("by", "user").with("value", ""), "'value' is empty");
      assertRefused(
          request.with("by", "name").with("value", "c"),
          "'by' is 'name', allowed: one of user, client-id, subject, token-id, issuer");
      Request right = request.with("by", "client-id").with("value", "c");
      assertRefused(
          right.with("reason", "server-moved"),
          "'reason' is 'server-moved', allowed: one of administrative-action, not-authorized");
      assertRefused(right.with("isuer", "x"), "nothing is known of 'isuer'");
      assertRefused(Request.of("stop"), "no such command: 'stop'; there are disconnect, ping");
      assertThat(ask(Request.of("ping")).text("version")).contains(Version.text());
      assertIsThere(stays);
    }
  }

  private void assertRefused(Request request, String why) throws ControlException {
    assertThat(ask(request).error()).contains(why);
  }

  @Test
  void isForTheBrokersUserAloneAndGoneWithTheBroker() throws Exception {
    try (TestBroker broker = broker()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      assertThat(broker.server.listening()).noneMatch(one -> one.kind() == Listening.Kind.UNIX);
    }
    assertThat(socket).doesNotExist();
    assertThatThrownBy(() -> ask(Request.of("ping")))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("no broker runs there");
  }

  @Test
  void replacesWhatADeadBrokerLeft() throws Exception {
    Files.createDirectories(data);
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket))
        .close();
    assertThat(socket).exists();
    assertThatThrownBy(() -> ask(Request.of("ping")))
        .hasMessageStartingWith("nobody listens at " + socket);
    try (TestBroker broker = broker()) {
      assertThat(ask(Request.of("ping")).text("version")).contains(Version.text());
    }
  }

  @Test
  void aPlaceThatIsTooLongIsAWarningUnlessItWasChosen() throws Exception {
    data = directory.resolve("x".repeat(100));
    socket = data.resolve("control.sock");
    try (LogLines log = new LogLines("io.whimbrel.control");
        TestBroker broker = broker()) {
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN there is no control socket " + socket + ": its path is too long, ");
      RawClient.connected(broker.port(), MQTT_5, "c").close();
    }
    assertThatThrownBy(() -> broker("control.socket", socket.toString()))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("cannot listen on " + socket + " (control.socket): its path is");
  }

  @Test
  void mayBeElsewhereOrNowhere() throws Exception {
    Path other = directory.resolve("other.sock");
    try (TestBroker broker = broker("control.socket", other.toString())) {
      assertThat(ControlCall.ask(other, Request.of("ping"), WAIT_MILLIS).error()).isEmpty();
      assertThat(socket).doesNotExist();
    }
    try (TestBroker broker = broker("control.socket", "none")) {
      assertThat(socket).doesNotExist();
      assertThat(other).doesNotExist();
    }
  }

  @Test
  void isNotThereWithoutADataDirectory() throws Exception {
    try (TestBroker broker =
        broker("listeners.tcp-durability", "memory", "listeners.websocket-durability", "memory")) {
      assertThat(data).doesNotExist();
    }
  }
}
