package io.whimbrel.server.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.server.auth.BrokerAccess;
import io.whimbrel.server.auth.PasswordChecks;
import io.whimbrel.server.auth.TestAccess;
import io.whimbrel.server.config.IssuerConfig;
import io.whimbrel.server.config.ServerConfig;
import java.io.IOException;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tokens that are renewed in the session, over hours that take no time. */
final class TokenSessionTest {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private KeyPair pair = TokenMaker.keys("ES256");
  private String kid = "first";
  private final Map<String, Claims> opaque = new HashMap<>();
  private boolean down;
  private int fetches;
  private int failures;
  private VirtualBroker broker = new VirtualBroker();

  /** The issuer's web, of this test's time. */
  private final class Web implements TokenWeb {
    @Override
    public KeySource keys(IssuerConfig issuer) {
      return () -> {
        fetches++;
        failures += down ? 1 : 0;
        return down
            ? CompletableFuture.failedStage(new IOException("no route to host"))
            : CompletableFuture.completedFuture(
                new KeySource.Fetched(TokenMaker.keySet(pair, kid), -1));
      };
    }

    @Override
    public Introspecting introspecting(IssuerConfig issuer) {
      return token ->
          down
              ? CompletableFuture.failedStage(new IOException("no route to host"))
              : CompletableFuture.completedFuture(Optional.ofNullable(opaque.get(token)));
    }
  }

  private void begin(String... more) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("issuers.a.issuer", TokenMaker.ISSUER);
    settings.put("issuers.a.audience", "mqtt");
    settings.put("issuers.a.jwks-url", "https://issuer.example/keys");
    settings.put("listeners.allow-anonymous", "true"); // for who watches
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    ServerConfig config = ServerConfig.of(settings);
    TokenIssuers issuers =
        new TokenIssuers(
            new Web(),
            Runnable::run,
            () -> broker.now(),
            () -> broker.now(),
            new TokenEvents((client, why) -> {}),
            (issuer, word) -> {});
    BrokerAccess access = TestAccess.of(config, new PasswordChecks(), issuers);
    broker = new VirtualBroker(1, VirtualBroker.limits(), access);
  }

  private TokenMaker token() {
    return new TokenMaker(broker.now()).header("kid", kid);
  }

  private String signed(TokenMaker maker) {
    return maker.signed("ES256", pair.getPrivate());
  }

  private static VirtualConnect with(String token) {
    return VirtualConnect.as("c")
        .expiring(3_600)
        .with(PropertyId.AUTHENTICATION_METHOD, "OAUTH2-JWT")
        .with(PropertyId.AUTHENTICATION_DATA, token.getBytes(UTF_8));
  }

  private VirtualClient let(VirtualConnect connect) {
    VirtualClient client = broker.client();
    client.say(connect.packet());
    assertThat(client.hear(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  private static Auth again(String token) {
    return new Auth(
        ReasonCode.REAUTHENTICATE,
        Properties.builder()
            .set(PropertyId.AUTHENTICATION_METHOD, "OAUTH2-JWT")
            .set(PropertyId.AUTHENTICATION_DATA, token.getBytes(UTF_8))
            .build());
  }

  private static ReasonCode renew(VirtualClient client, String token) {
    client.say(again(token));
    Packet answer = client.hear(Packet.class);
    return answer instanceof Auth auth ? auth.reason() : ((Disconnect) answer).reason();
  }

  @Test
  void anHourOfTokensOfAMinuteIsOneConnectionWithoutAGap() throws Exception {
    begin("oauth.keys-max-age", "1m");
    VirtualClient client = let(with(signed(token())));
    client.subscribe(Qos.AT_LEAST_ONCE, "to/alice");
    VirtualClient other = broker.client();
    other.connect("other", true, 0);
    for (int second = 0; second < 3_600; second++) {
      broker.pass(SECOND);
      if (second == 1_200) { // another key, from one token to the next
        pair = TokenMaker.keys("ES256");
        kid = "second";
      }
      down = second >= 2_400 && second < 2_520;
      if (second % 48 == 47) {
        assertThat(renew(client, signed(token()))).isEqualTo(ReasonCode.SUCCESS);
      }
      other.publish("to/alice", Qos.AT_LEAST_ONCE, 1 + second, "" + second).hear(Puback.class);
      Publish heard = client.hear(Publish.class);
      assertThat(VirtualClient.text(heard)).isEqualTo("" + second);
      client.puback(heard.packetId());
      client.publish("from/alice", Qos.AT_LEAST_ONCE, 1 + second, "" + second);
      assertThat(client.hear(Puback.class).reason().isError()).isFalse();
    }
    assertThat(failures).isPositive(); // they were asked for while it was down
    assertThat(fetches).isBetween(20, 80);
    broker.pass(MINUTE);
    assertThat(client.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.MAXIMUM_CONNECT_TIME);
  }

  @Test
  void aTokenIsNoUseBehindItsEndAlsoInTheSession() throws Exception {
    begin();
    String first = signed(token());
    VirtualClient client = let(with(first));
    broker.pass(MINUTE / 2);
    String second = signed(token());
    assertThat(renew(client, second)).isEqualTo(ReasonCode.SUCCESS);
    broker.pass(MINUTE / 2);
    assertThat(renew(client, first)).isEqualTo(ReasonCode.NOT_AUTHORIZED); // replayed
    VirtualClient back = broker.client();
    back.say(with(first).packet());
    assertThat(back.hear(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void anotherSubjectIsNotLetOnWithTheSession() throws Exception {
    begin("issuers.a.user-from", "team");
    VirtualClient client = let(with(signed(token().with("team", "blue"))));
    String other = signed(token().with("team", "blue").with("sub", "bob"));
    assertThat(renew(client, other)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void anotherMethodIsAProtocolError() throws Exception {
    begin("oauth.methods", "OAUTH2-JWT,CUSTOM-JWT");
    VirtualClient client = let(with(signed(token())));
    client.say(
        new Auth(
            ReasonCode.REAUTHENTICATE,
            Properties.builder()
                .set(PropertyId.AUTHENTICATION_METHOD, "CUSTOM-JWT")
                .set(PropertyId.AUTHENTICATION_DATA, signed(token()).getBytes(UTF_8))
                .build()));
    assertThat(client.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void anAliasOfTheMethodIsTaken() throws Exception {
    begin("oauth.methods", "OAUTH2-JWT,CUSTOM-JWT");
    let(with(signed(token())).with(PropertyId.AUTHENTICATION_METHOD, "CUSTOM-JWT"));
    VirtualClient other = broker.client();
    other.say(with(signed(token())).with(PropertyId.AUTHENTICATION_METHOD, "JWT").packet());
    assertThat(other.hear(Connack.class).reason()).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
  }

  @Test
  void anOlderClientGivesItAsItsPasswordAndIsClosedAtItsEnd() throws Exception {
    begin();
    VirtualClient client =
        let(
            VirtualConnect.as("c")
                .speaking(ProtocolVersion.MQTT_3_1_1)
                .user("whoever", signed(token())));
    broker.pass(MINUTE - 1);
    assertThat(client.isClosed()).isFalse();
    broker.pass(SECOND);
    assertThat(client.isClosed()).isTrue();
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void rightsAreThoseOfTheTokenOfNow() throws Exception {
    begin("issuers.a.scopes", "true", "issuers.a.publish", "own/${user}/#");
    VirtualClient client = let(with(signed(token().with("scope", "subscribe:a/# openid"))));
    assertThat(client.subscribe(Qos.AT_LEAST_ONCE, "a/b", "b").reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED);
    client.publish("own/alice/x", Qos.AT_LEAST_ONCE, 1, "");
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
    client.publish("a/b", Qos.AT_LEAST_ONCE, 2, "");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);

    assertThat(renew(client, signed(token().with("scope", "write:a/b read:b"))))
        .isEqualTo(ReasonCode.SUCCESS);
    assertThat(broker.lost()).isEqualTo(1);
    client.publish("a/b", Qos.AT_LEAST_ONCE, 3, "nobody may read it");
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
    assertThat(client.hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.WITHHELD)).isEqualTo(1);
    assertThat(client.subscribe(Qos.AT_LEAST_ONCE, "b").reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1);
  }

  @Test
  void aClaimSaysWhatMayBeDoneAndWhatMayNot() throws Exception {
    begin("issuers.a.acl-claim", "acl");
    List<Map<String, Object>> acl =
        List.of(
            Map.of(
                "permission", "allow", "action", "all", "topic", "plant/#", "qos", List.of(0, 1)),
            Map.of("permission", "deny", "action", "publish", "topics", List.of("plant/stop")));
    VirtualClient client = let(with(signed(token().with("acl", acl))));
    assertThat(client.subscribe(Qos.EXACTLY_ONCE, "plant/+").reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1);
    client.publish("plant/go", Qos.AT_LEAST_ONCE, 1, "");
    client.hear(Publish.class);
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    client.publish("plant/stop", Qos.AT_LEAST_ONCE, 2, "");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void theShortFormOfTheClaimIsReadToo() throws Exception {
    begin("issuers.a.acl-claim", "acl");
    Map<String, Object> acl = Map.of("pub", List.of("p/${client}"), "sub", List.of("s/#"));
    VirtualClient client = let(with(signed(token().with("acl", acl))));
    assertThat(client.subscribe(Qos.AT_LEAST_ONCE, "s/1", "p/c").reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED);
    client.publish("p/c", Qos.AT_LEAST_ONCE, 1, "");
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
  }

  @Test
  void aClaimNobodyCanReadLetsNobodyIn() throws Exception {
    begin("issuers.a.acl-claim", "acl");
    for (Object acl : List.of("all", List.of("x"), List.of(Map.of("permission", "maybe")))) {
      VirtualClient client = broker.client();
      client.say(with(signed(token().with("acl", acl))).packet());
      assertThat(client.hear(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void aValueThatReachesFurtherIsNotFilledIn() throws Exception {
    begin("issuers.a.subscribe", "site/${claim.site}/#");
    VirtualClient client = let(with(signed(token().with("site", "+"))));
    assertThat(client.subscribe(Qos.AT_LEAST_ONCE, "site/1/x", "site/+/x").reasons())
        .containsOnly(ReasonCode.NOT_AUTHORIZED);
    VirtualClient right = let(with(signed(token().with("site", "7"))));
    assertThat(right.subscribe(Qos.AT_LEAST_ONCE, "site/7/x", "site/8/x").reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED);
  }

  private Claims said(String audience) {
    return new Claims(
        Map.of(
            "active",
            true,
            "sub",
            "alice",
            "aud",
            audience,
            "exp",
            broker.now() / 1_000 + 60,
            "scope",
            "subscribe:a"));
  }

  @Test
  void aTokenThatSaysNothingIsWhatItsIssuerSays() throws Exception {
    begin(
        "issuers.a.introspection-url", "https://issuer.example/introspect",
        "issuers.a.introspection-client", "broker",
        "issuers.a.scopes", "true");
    opaque.put("one", said("mqtt"));
    opaque.put("two", said("mqtt"));
    opaque.put("others", said("coap"));
    VirtualClient client = let(with("one"));
    assertThat(client.subscribe(Qos.AT_LEAST_ONCE, "a", "b").reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED);
    for (String wrong : List.of("others", "unknown")) {
      VirtualClient stranger = broker.client();
      stranger.say(with(wrong).packet());
      assertThat(stranger.hear(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
    broker.pass(MINUTE / 2);
    opaque.put("two", said("mqtt"));
    assertThat(renew(client, "two")).isEqualTo(ReasonCode.SUCCESS);
    broker.pass(MINUTE - SECOND);
    assertThat(client.isClosed()).isFalse();
    broker.pass(SECOND);
    assertThat(client.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.MAXIMUM_CONNECT_TIME);
    assertThat(let(with(signed(token()))).isClosed()).isFalse(); // both kinds are taken
  }

  @Test
  void whoCannotBeAskedLetsNobodyInAndSaysThatItIsNotTheToken() throws Exception {
    begin(
        "issuers.a.introspection-url", "https://issuer.example/introspect",
        "issuers.a.introspection-client", "broker");
    down = true;
    VirtualClient client = broker.client();
    client.say(with("one").packet());
    assertThat(client.hear(Connack.class).reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    VirtualClient older = broker.client();
    older.say(
        VirtualConnect.as("c").speaking(ProtocolVersion.MQTT_3_1_1).user("u", "one").packet());
    assertThat(older.hear(Connack.class).reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
  }

  @Test
  void anotherIssuerIsSomebodyElseInTheSession() throws Exception {
    begin(
        "issuers.b.issuer", "https://other.example",
        "issuers.b.audience", "mqtt",
        "issuers.b.jwks-url", "https://other.example/keys");
    VirtualClient client = let(with(signed(token())));
    String other = signed(token().with("iss", "https://other.example"));
    assertThat(renew(client, other)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void aJwtOfAnIssuerThatHasNoKeysHereIsAskedAbout() throws Exception {
    begin(
        "issuers.b.issuer", "https://other.example",
        "issuers.b.audience", "mqtt",
        "issuers.b.introspection-url", "https://other.example/introspect",
        "issuers.b.introspection-client", "broker");
    String token = signed(token().with("iss", "https://other.example"));
    opaque.put(token, said("mqtt"));
    let(with(token));
  }

  @Test
  void whatNarrowsARightAndIsNotKnownLetsNobodyIn() throws Exception {
    begin("issuers.a.acl-claim", "acl");
    List<Object> odd =
        List.of(
            Map.of("all", List.of("#"), "deny", List.of("secret/#")),
            Map.of("pub", "#"),
            List.of(Map.of("permission", "allow", "action", "all", "topic", "#", "clientid", "x")),
            List.of(Map.of("permission", "allow", "action", "all", "topic", "#", "retain", "no")),
            List.of(
                Map.of(
                    "permission",
                    "deny",
                    "action",
                    "all",
                    "topics",
                    List.of("x"),
                    "topic",
                    List.of("secret/#"))));
    for (Object acl : odd) {
      VirtualClient client = broker.client();
      client.say(with(signed(token().with("acl", acl))).packet());
      assertThat(client.hear(Connack.class).reason())
          .as(acl.toString())
          .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }
}
