package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.properties;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Enhanced authentication and AUTH (3.15, 4.12). */
final class EnhancedAuthenticationTest {
  private final VirtualBroker broker = new VirtualBroker(1, VirtualBroker.limits(), new Mirror());

  /**
   * The method MIRROR: the client names itself, is given a word and has to say it backwards; who is
   * called {@code twice} has to do so twice.
   */
  private static final class Mirror extends VirtualBroker.OpenAccess {
    private record Asked(String name, String word, int left) {}

    @Override
    public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
      String method = connect.properties().text(PropertyId.AUTHENTICATION_METHOD);
      if (method == null) {
        super.authenticate(clientId, connect, origin, answer);
      } else if (method.equals("MIRROR")) {
        begin(connect.properties().binary(PropertyId.AUTHENTICATION_DATA), answer);
      } else {
        answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
      }
    }

    @Override
    public void continueAuthentication(
        String clientId, Connect connect, Origin origin, byte[] data, Object state, Answer answer) {
      if (state == null) {
        begin(data, answer);
        return;
      }
      Asked asked = (Asked) state;
      String backwards = new StringBuilder(asked.word).reverse().toString();
      if (data == null || !backwards.equals(new String(data, UTF_8))) {
        answer.refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      } else if (asked.left > 1) {
        ask(asked.name, "once more", asked.left - 1, answer);
      } else {
        Identity who = new Identity(clientId, asked.name, "MIRROR", origin);
        Admission let = Admission.of(asked.name, "MIRROR", rightsOf(who));
        answer.accept(let.with("welcome".getBytes(UTF_8)));
      }
    }

    private static void begin(byte[] data, Answer answer) {
      String name = data == null ? "" : new String(data, UTF_8);
      ask(name, "live", name.equals("twice") ? 2 : 1, answer);
    }

    private static void ask(String name, String word, int left, Answer answer) {
      answer.challenge(word.getBytes(UTF_8), new Asked(name, word, left));
    }
  }

  private static VirtualConnect mirrored(String name) {
    return VirtualConnect.as("x")
        .with(PropertyId.AUTHENTICATION_METHOD, "MIRROR")
        .with(PropertyId.AUTHENTICATION_DATA, name.getBytes(UTF_8));
  }

  private static Auth auth(ReasonCode reason, String method, String data) {
    return new Auth(
        reason,
        properties(
            p ->
                p.set(PropertyId.AUTHENTICATION_METHOD, method)
                    .set(PropertyId.AUTHENTICATION_DATA, data.getBytes(UTF_8))));
  }

  private static Auth reply(String data) {
    return auth(ReasonCode.CONTINUE_AUTHENTICATION, "MIRROR", data);
  }

  private static String data(Properties properties) {
    return new String(properties.binary(PropertyId.AUTHENTICATION_DATA), UTF_8);
  }

  private VirtualClient known() {
    VirtualClient client = broker.client();
    client.say(mirrored("me").packet());
    client.hear(Auth.class);
    client.say(reply("evil"));
    client.hear(Connack.class);
    return client;
  }

  // ---------------------------------------------------------------- with CONNECT

  @Test
  void aChallengeIsAnsweredAndTheClientComesIn() {
    VirtualClient client = broker.client();
    client.say(mirrored("me").packet());
    Auth challenge = client.hear(Auth.class);
    assertThat(challenge.reason())
        .isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION); // [MQTT-4.12.0-2] [MQTT-3.15.2-1]
    assertThat(data(challenge.properties())).isEqualTo("live");
    assertThat(challenge.properties().text(PropertyId.AUTHENTICATION_METHOD)).isEqualTo("MIRROR");
    client.say(reply("evil")); // [MQTT-4.12.0-3]
    Connack connack = client.hear(Connack.class);
    assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(data(connack.properties())).isEqualTo("welcome");
    assertThat(connack.properties().text(PropertyId.AUTHENTICATION_METHOD))
        .isEqualTo("MIRROR"); // [MQTT-4.12.0-5]
    assertAlive(client);
  }

  @Test
  void thereMayBeSeveralChallenges() {
    VirtualClient client = broker.client();
    client.say(mirrored("twice").packet());
    client.hear(Auth.class);
    client.say(reply("evil"));
    assertThat(data(client.hear(Auth.class).properties())).isEqualTo("once more");
    client.say(reply("erom ecno"));
    assertThat(client.hear(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void aWrongAnswerIsRefusedAtAnyStep() {
    VirtualClient client = broker.client();
    client.say(mirrored("twice").packet());
    client.hear(Auth.class);
    client.say(reply("evil"));
    client.hear(Auth.class);
    client.say(reply("wrong"));
    assertRefused(client, ReasonCode.BAD_USER_NAME_OR_PASSWORD); // [MQTT-4.12.0-4]
  }

  @Test
  void anUnknownMethodIsRefused() {
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").with(PropertyId.AUTHENTICATION_METHOD, "OTHER").packet());
    assertRefused(client, ReasonCode.BAD_AUTHENTICATION_METHOD); // [MQTT-4.12.0-1]
  }

  @Test
  void everyAuthNamesTheMethodOfConnect() { // [MQTT-4.12.0-5]
    VirtualClient client = broker.client();
    client.say(mirrored("me").packet());
    client.hear(Auth.class);
    client.say(auth(ReasonCode.CONTINUE_AUTHENTICATION, "OTHER", "evil"));
    assertRefused(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void authBeforeConnackHasToContinue() { // [MQTT-4.12.0-3]
    VirtualClient client = broker.client();
    client.say(mirrored("me").packet());
    client.hear(Auth.class);
    client.say(auth(ReasonCode.REAUTHENTICATE, "MIRROR", "evil"));
    assertRefused(client, ReasonCode.PROTOCOL_ERROR);
  }

  static List<Packet> othersThanAuth() {
    return List.of(
        VirtualClient.message("t", QOS_1, 1, "x"), Pingreq.INSTANCE, mirrored("me").packet());
  }

  @ParameterizedTest
  @MethodSource("othersThanAuth")
  void betweenConnectAndConnackThereIsAuthAlone(Packet other) { // [MQTT-3.1.2-30]
    VirtualClient client = broker.client();
    client.say(mirrored("me").packet());
    client.hear(Auth.class);
    client.say(other);
    assertRefused(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void aClientMayLeaveInsteadOfAnswering() { // [MQTT-3.1.2-30]
    VirtualClient client = broker.client();
    client.say(mirrored("me").packet());
    client.hear(Auth.class);
    client.say(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
    assertCut(client); // [MQTT-3.14.0-1]
  }

  @Test
  void aClientThatDoesNotAnswerIsClosed() {
    VirtualClient client = broker.client();
    client.say(mirrored("me").packet());
    client.hear(Auth.class);
    broker.pass(10_000);
    assertThat(client.hear(Connack.class).reason().isError()).isTrue(); // [MQTT-4.12.0-4]
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void withoutAMethodThereIsNoAuth() {
    VirtualClient client = broker.client();
    Connack connack = client.connect(VirtualConnect.as("x").user("me", "secret"));
    assertThat(connack.properties().has(PropertyId.AUTHENTICATION_METHOD))
        .isFalse(); // [MQTT-4.12.0-6]
    client.say(auth(ReasonCode.REAUTHENTICATE, "MIRROR", "me"));
    assertEnded(client, ReasonCode.PROTOCOL_ERROR); // [MQTT-4.12.0-7]
  }

  @Test
  void the3xVersionsKnowNoAuth() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").speaking(ProtocolVersion.MQTT_3_1_1));
    client.sayBytes(new byte[] {(byte) 0xF0, 0});
    assertCut(client);
  }

  @Test
  void aChallengeThatDoesNotFitClosesTheConnection() { // [MQTT-3.1.2-24]
    VirtualClient client = broker.client();
    client.say(mirrored("me").with(PropertyId.MAXIMUM_PACKET_SIZE, 10).packet());
    assertCut(client);
  }

  // ---------------------------------------------------------------- again

  @Test
  void aClientProvesItselfAgain() { // [MQTT-4.12.1-1]
    VirtualClient client = known();
    client.say(auth(ReasonCode.REAUTHENTICATE, "MIRROR", "me"));
    assertThat(client.hear(Auth.class).reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
    client.publish("t", QOS_1, 1, "meanwhile everything goes on");
    client.hear(Puback.class);
    client.say(reply("evil"));
    Auth success = client.hear(Auth.class);
    assertThat(success.reason()).isEqualTo(ReasonCode.SUCCESS); // [MQTT-3.15.2-1]
    assertThat(success.properties().text(PropertyId.AUTHENTICATION_METHOD))
        .isEqualTo("MIRROR"); // [MQTT-4.12.0-5]
    assertAlive(client);
  }

  @Test
  void whoFailsToDoSoIsClosed() { // [MQTT-4.12.1-2]
    VirtualClient client = known();
    client.say(auth(ReasonCode.REAUTHENTICATE, "MIRROR", "me"));
    client.hear(Auth.class);
    client.say(reply("wrong"));
    // DISCONNECT does not know Bad User Name or Password [MQTT-3.14.2-1]
    assertEnded(client, ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void itIsTheMethodOfConnectAgain() { // [MQTT-4.12.1-1]
    VirtualClient client = known();
    client.say(auth(ReasonCode.REAUTHENTICATE, "OTHER", "me"));
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void nothingCanBeContinuedThatWasNotBegun() { // [MQTT-4.12.1-1]
    VirtualClient client = known();
    client.say(reply("evil"));
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void whatWasBegunIsNotBegunAgain() { // [MQTT-4.12.1-1]
    VirtualClient client = known();
    client.say(auth(ReasonCode.REAUTHENTICATE, "MIRROR", "me"));
    client.hear(Auth.class);
    client.say(auth(ReasonCode.REAUTHENTICATE, "MIRROR", "me"));
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void twoBeginningsAtOnceAreOneTooMany() { // [MQTT-4.12.1-1]
    VirtualClient client = known();
    Auth begin = auth(ReasonCode.REAUTHENTICATE, "MIRROR", "me");
    client.say(begin, begin);
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void othersAreNotTouchedByAFailure() {
    VirtualClient other = guest(broker, "other");
    VirtualClient client = known();
    client.say(auth(ReasonCode.REAUTHENTICATE, "OTHER", "me"));
    assertAlive(other);
  }
}
