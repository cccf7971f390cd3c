package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.scram.ClientFinal;
import io.whimbrel.codec.scram.ClientFirst;
import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.codec.scram.ServerFinal;
import io.whimbrel.codec.scram.ServerFirst;
import io.whimbrel.server.scram.ScramFileEditor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in by SCRAM, as clients see it. */
class ScramTest {
  private static final ScramHash SHA_256 = ScramHash.SHA_256;

  @TempDir Path directory;

  private Path users;

  @BeforeEach
  void writeUsers() throws Exception {
    users = directory.resolve("users");
    put("alice", "gr8 pass");
  }

  private void put(String user, String password) throws Exception {
    ScramFileEditor editor = ScramFileEditor.openOrMake(users, 4096);
    editor.put(user, bytes(password));
    editor.save();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private TestBroker broker(String... more) throws Exception {
    String[] all = new String[more.length + 2];
    all[0] = "auth.scram-file";
    all[1] = users.toString();
    System.arraycopy(more, 0, all, 2, more.length);
    return new TestBroker(all);
  }

  /** What a client says and hears, step by step. */
  private static final class Talk implements AutoCloseable {
    final RawClient client;
    private final ScramHash hash;
    private byte[] signature = {};

    Talk(TestBroker broker, ScramHash hash) throws IOException {
      this.client = new RawClient(broker.port(), ProtocolVersion.MQTT_5);
      this.hash = hash;
    }

    void connect(String method, byte @Nullable [] data) throws IOException {
      client.send(
          new Connect(ProtocolVersion.MQTT_5, true, 0, said(method, data), "c", null, null, null));
    }

    private static Properties said(String method, byte @Nullable [] data) {
      Properties.Builder said = Properties.builder().set(PropertyId.AUTHENTICATION_METHOD, method);
      return (data == null ? said : said.set(PropertyId.AUTHENTICATION_DATA, data)).build();
    }

    void auth(ReasonCode reason, byte[] data) throws IOException {
      client.send(new Auth(reason, said(hash.method(), data)));
    }

    ServerFirst asked() throws Exception {
      Auth challenge = client.read(Auth.class);
      assertThat(challenge.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
      return ServerFirst.read(challenge.properties().binary(PropertyId.AUTHENTICATION_DATA));
    }

    byte[] proof(ClientFirst first, ServerFirst asked, String password) {
      byte[] salted = hash.saltedPassword(bytes(password), asked.salt(), asked.iterations());
      byte[] clientKey = hash.clientKey(salted);
      String withoutProof = ClientFinal.withoutProof(first, asked.nonce());
      byte[] message = bytes(first.bare() + "," + asked.text() + "," + withoutProof);
      signature = hash.hmac(hash.serverKey(salted), message);
      byte[] proof = ScramHash.xor(clientKey, hash.hmac(hash.storedKey(clientKey), message));
      return ClientFinal.bytes(withoutProof, proof);
    }

    /** Begins with a CONNECT, and says all there is to say. */
    byte[] say(String user, String password) throws Exception {
      ClientFirst first = ClientFirst.of(user, "abc");
      connect(hash.method(), first.bytes());
      byte[] last = proof(first, asked(), password);
      auth(ReasonCode.CONTINUE_AUTHENTICATION, last);
      return last;
    }

    void assertProven(Properties said) throws Exception {
      byte[] last = said.binary(PropertyId.AUTHENTICATION_DATA);
      assertThat(ServerFinal.read(last).signature()).isEqualTo(signature);
      assertThat(said.text(PropertyId.AUTHENTICATION_METHOD)).isEqualTo(hash.method());
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoProvesToKnowThePasswordIsTheUser(ScramHash hash) throws Exception {
    Path rights = Files.writeString(directory.resolve("acl"), "user alice\ntopic write a/#\n");
    try (TestBroker broker = broker("auth.acl-file", rights.toString());
        Talk talk = new Talk(broker, hash)) {
      talk.say("alice", "gr8 pass");
      Connack connack = talk.client.read(Connack.class);

      assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
      talk.assertProven(connack.properties());
      talk.client.publish("a/x", new byte[0], Qos.AT_LEAST_ONCE, 1);
      assertThat(talk.client.read(Puback.class).reason())
          .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      talk.client.publish("b/x", new byte[0], Qos.AT_LEAST_ONCE, 2);
      assertThat(talk.client.read(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @ParameterizedTest
  @CsvSource({"alice, wrong", "ghost, gr8 pass"})
  void whoDoesNotIsTheSameToUsWhoeverItWants(String user, String password) throws Exception {
    try (TestBroker broker = broker();
        Talk talk = new Talk(broker, SHA_256)) {
      talk.say(user, password);
      Connack connack = talk.client.read(Connack.class);

      assertThat(connack.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(connack.properties().binary(PropertyId.AUTHENTICATION_DATA)).isNull();
      talk.client.awaitClosed();
      assertThat(broker.metric("whimbrel_logins_failed_total")).isOne();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "SCRAM-SHA-256 | none | NOT_AUTHORIZED",
        "SCRAM-SHA-256 | '' | NOT_AUTHORIZED",
        "SCRAM-SHA-256 | n,,n=alice | NOT_AUTHORIZED",
        "SCRAM-SHA-256 | n,a=root,n=alice,r=abc | NOT_AUTHORIZED",
        "SCRAM-SHA-256 | p=tls-exporter,,n=alice,r=abc | BAD_AUTHENTICATION_METHOD",
        "SCRAM-SHA-256 | n,,m=x,n=alice,r=abc | BAD_AUTHENTICATION_METHOD",
        "SCRAM-SHA-1 | n,,n=alice,r=abc | BAD_AUTHENTICATION_METHOD",
        "SCRAM-SHA-256-PLUS | n,,n=alice,r=abc | BAD_AUTHENTICATION_METHOD",
        "scram-sha-256 | n,,n=alice,r=abc | BAD_AUTHENTICATION_METHOD",
      })
  void whatBeginsWronglyIsRefused(String method, @Nullable String data, ReasonCode answer)
      throws Exception {
    try (TestBroker broker = broker();
        Talk talk = new Talk(broker, SHA_256)) {
      talk.connect(method, data == null ? null : bytes(data));

      assertThat(talk.client.read(Connack.class).reason()).isEqualTo(answer);
    }
  }

  @Test
  void aProofOfAnotherExchangeProvesNothing() throws Exception {
    try (TestBroker broker = broker()) {
      byte[] heard;
      try (Talk talk = new Talk(broker, SHA_256)) {
        heard = talk.say("alice", "gr8 pass");
        assertThat(talk.client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      }
      try (Talk thief = new Talk(broker, SHA_256)) {
        thief.connect(SHA_256.method(), ClientFirst.of("alice", "abc").bytes());
        thief.asked();
        thief.auth(ReasonCode.CONTINUE_AUTHENTICATION, heard);

        assertThat(thief.client.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      }
    }
  }

  @Test
  void whoIsInProvesItAgainOrHasToGo() throws Exception {
    try (TestBroker broker = broker();
        Talk talk = new Talk(broker, SHA_256)) {
      talk.say("alice", "gr8 pass");
      talk.client.read(Connack.class);
      ClientFirst first = ClientFirst.of("alice", "def");
      talk.auth(ReasonCode.REAUTHENTICATE, first.bytes());
      byte[] last = talk.proof(first, talk.asked(), "gr8 pass");
      talk.auth(ReasonCode.CONTINUE_AUTHENTICATION, last);
      Auth done = talk.client.read(Auth.class);
      assertThat(done.reason()).isEqualTo(ReasonCode.SUCCESS);
      talk.assertProven(done.properties());

      talk.auth(ReasonCode.REAUTHENTICATE, first.bytes());
      talk.asked();
      talk.auth(ReasonCode.CONTINUE_AUTHENTICATION, last); // of the last exchange
      assertThat(talk.client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      talk.client.awaitClosed();
    }
  }

  @Test
  void whoNamesNoMethodIsForTheOthersInTheChain() throws Exception {
    try (TestBroker broker = broker()) {
      assertRefusedPlainly(broker);
    }
    try (TestBroker broker = broker("listeners.allow-anonymous", "true");
        RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
      client.send(RawClient.connect(ProtocolVersion.MQTT_3_1_1, "c"));
      assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth.chain", "auth.chain-tcp"})
  void aChainOfScramAloneLetsInNobodyElse(String key) throws Exception {
    try (TestBroker broker = broker("listeners.allow-anonymous", "true", key, "scram");
        Talk talk = new Talk(broker, SHA_256)) {
      assertRefusedPlainly(broker);
      talk.say("alice", "gr8 pass");
      assertThat(talk.client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void aListenerWithoutItInItsChainDoesNotKnowTheMethod() throws Exception {
    try (TestBroker broker =
            broker("listeners.allow-anonymous", "true", "auth.chain-tcp", "anonymous");
        Talk talk = new Talk(broker, SHA_256)) {
      talk.connect(SHA_256.method(), ClientFirst.of("alice", "abc").bytes());

      assertThat(talk.client.read(Connack.class).reason())
          .isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
    }
  }

  private static void assertRefusedPlainly(TestBroker broker) throws IOException {
    try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
      client.send(RawClient.connect(ProtocolVersion.MQTT_5, "c"));
      assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void aChangedFileHoldsForWhoComesAndForWhoIsOnItsWay() throws Exception {
    try (TestBroker broker = broker();
        Talk early = new Talk(broker, SHA_256);
        Talk late = new Talk(broker, SHA_256)) {
      ClientFirst first = ClientFirst.of("alice", "abc");
      early.connect(SHA_256.method(), first.bytes());
      ServerFirst asked = early.asked();
      put("alice", "another");
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 1);
      early.auth(ReasonCode.CONTINUE_AUTHENTICATION, early.proof(first, asked, "gr8 pass"));
      assertThat(early.client.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);

      late.say("alice", "another");
      assertThat(late.client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);

      Files.writeString(users, "alice:another\n");
      broker.awaitMetric("whimbrel_reloads_refused_total", refused -> refused == 1);
      try (Talk still = new Talk(broker, SHA_256)) {
        still.say("alice", "another");
        assertThat(still.client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", "ghost"})
  void whoGuessesIsNotHeardAnyMore(String user) throws Exception {
    put("bob", "bobs");
    try (TestBroker broker = broker("logins.failures-max", "3", "logins.ban", "1h")) {
      for (int i = 0; i < 3; i++) {
        try (Talk talk = new Talk(broker, i == 1 ? ScramHash.SHA_512 : SHA_256)) {
          talk.say(user, "wrong");
          assertThat(talk.client.read(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
      }
      try (Talk talk = new Talk(broker, SHA_256)) {
        talk.connect(SHA_256.method(), ClientFirst.of(user, "abc").bytes());
        assertThat(talk.client.read(Connack.class).reason()).isEqualTo(ReasonCode.BANNED);
      }
      assertThat(broker.metric("whimbrel_bans_total{of=\"user\"}")).isOne();
      assertThat(broker.metric("whimbrel_logins_banned_total")).isOne();
      assertThat(broker.metric("whimbrel_logins_failed_total")).isEqualTo(3);
      try (Talk talk = new Talk(broker, SHA_256)) {
        talk.say("bob", "bobs");
        assertThat(talk.client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      }
    }
  }

  @Test
  void whoKnowsThePasswordAfterAllIsForgivenItsFailures() throws Exception {
    try (TestBroker broker = broker("logins.failures-max", "3", "logins.ban", "1h")) {
      for (String password : new String[] {"a", "b", "gr8 pass", "c", "d", "gr8 pass"}) {
        try (Talk talk = new Talk(broker, SHA_256)) {
          talk.say("alice", password);
          assertThat(talk.client.read(Connack.class).reason())
              .isEqualTo(password.length() > 1 ? ReasonCode.SUCCESS : ReasonCode.NOT_AUTHORIZED);
        }
      }
    }
  }

  @Test
  void aBrokerDoesNotStartWithAFileThatIsWrong() throws Exception {
    Files.writeString(users, "# ours\nalice:hunter2\n");

    assertThatThrownBy(() -> broker().close())
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(users + ":2: user 'alice': allowed: SCRAM-SHA-256$");
  }
}
