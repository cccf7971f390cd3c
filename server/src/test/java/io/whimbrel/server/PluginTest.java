package io.whimbrel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Authenticators and authorizers that others wrote, loaded from a jar as theirs are. */
class PluginTest {
  private static final String SOURCE =
      """
      package other;

      import io.whimbrel.spi.*;
      import java.util.*;
      import java.util.concurrent.*;

      public final class Desk implements Authenticator {
        private Map<String, String> settings = Map.of();

        public String name() { return "desk"; }

        public void start(Map<String, String> settings) {
          if (settings.containsKey("broken")) throw new IllegalStateException("no desk");
          this.settings = settings;
        }

        public CompletionStage<Outcome> authenticate(Credentials shown) {
          String user = shown.userName().orElse("");
          String secret = new String(shown.password().orElse(new byte[0]));
          switch (user) {
            case "silent": return new CompletableFuture<>();
            case "throws": throw new IllegalStateException("out of order");
            case "fails": return CompletableFuture.failedFuture(new RuntimeException("broken"));
            case "null": return CompletableFuture.completedFuture(null);
            case "banned":
              return CompletableFuture.completedFuture(Outcome.refused(Outcome.Reason.BANNED));
            case "later":
              return CompletableFuture.supplyAsync(() -> Outcome.accepted("later"));
            case "member":
              return CompletableFuture.completedFuture(
                  new Outcome.Accepted("member", Set.of("staff")));
            case "": return CompletableFuture.completedFuture(Outcome.notMine());
            default:
              return CompletableFuture.completedFuture(
                  secret.equals(settings.get(user))
                      ? Outcome.accepted(user)
                      : Outcome.refused(Outcome.Reason.BAD_CREDENTIALS));
          }
        }
      }
      """;
  private static final String RULES =
      """
      package other;

      import io.whimbrel.spi.*;
      import java.util.concurrent.*;

      public final class Lanes implements Authorizer {
        public String name() { return "lanes"; }

        public CompletionStage<Permissions> permissions(Client client) {
          return CompletableFuture.supplyAsync(() -> new Permissions() {
            public boolean mayPublish(String topic, int qos, boolean retain) {
              if (topic.equals("bomb")) throw new IllegalStateException("bomb");
              return topic.startsWith(client.user() + "/") && !retain;
            }
            public int maySubscribe(String filter, int qos) {
              return filter.startsWith(client.user() + "/") ? Math.min(qos, 0) : -1;
            }
            public int maySubscribeShared(String share, String filter, int qos) {
              return share.equals("ours") ? maySubscribe(filter, qos) : -1;
            }
            public boolean mayReceive(String topic) { return !topic.endsWith("/secret"); }
          });
        }
      }
      """;

  @TempDir static Path made;

  @TempDir Path directory;

  @BeforeAll
  static void makeTheJar() throws Exception {
    Path sources = Files.createDirectories(made.resolve("other"));
    Path desk = Files.writeString(sources.resolve("Desk.java"), SOURCE);
    Path lanes = Files.writeString(sources.resolve("Lanes.java"), RULES);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                made.toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                desk.toString(),
                lanes.toString());
    assertThat(result).isZero();
    Path jars = Files.createDirectories(made.resolve("jars"));
    try (OutputStream out = Files.newOutputStream(jars.resolve("other.jar"));
        JarOutputStream jar = new JarOutputStream(out)) {
      try (var classes = Files.list(sources)) {
        for (Path file : classes.filter(f -> f.toString().endsWith(".class")).toList()) {
          add(jar, "other/" + file.getFileName(), Files.readAllBytes(file));
        }
      }
      add(jar, "META-INF/services/io.whimbrel.spi.Authenticator", "other.Desk\n".getBytes(UTF_8));
      add(jar, "META-INF/services/io.whimbrel.spi.Authorizer", "other.Lanes\n".getBytes(UTF_8));
    }
  }

  private static void add(JarOutputStream jar, String name, byte[] bytes) throws Exception {
    jar.putNextEntry(new JarEntry(name));
    jar.write(bytes);
    jar.closeEntry();
  }

  @ParameterizedTest
  @CsvSource({
    "alice, opensesame, SUCCESS",
    "alice, wrong, BAD_USER_NAME_OR_PASSWORD",
    "later, x, SUCCESS",
    "member, x, SUCCESS",
    "banned, x, BANNED",
    "'', '', SUCCESS",
  })
  void aClientIsWhoThePluginSays(String user, String password, ReasonCode answer) throws Exception {
    try (TestBroker broker = broker("auth.chain", "desk,anonymous")) {
      assertThat(answer(broker, ProtocolVersion.MQTT_5, user, password)).isEqualTo(answer);
    }
  }

  @Test
  void whoIsForNobodyToSayIsRefused() throws Exception {
    try (TestBroker broker = broker("auth.chain", "desk")) {
      assertThat(answer(broker, ProtocolVersion.MQTT_5, "", ""))
          .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @ParameterizedTest
  @CsvSource({"silent", "throws", "fails", "null"})
  void aPluginThatDoesNotAnswerRefuses(String user) throws Exception {
    try (TestBroker broker = broker("auth.chain", "desk", "auth.plugin-timeout", "50ms")) {
      assertThat(answer(broker, ProtocolVersion.MQTT_3_1_1, user, "x"))
          .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
      assertThat(broker.metric("whimbrel_plugin_failures_total")).isOne();
      assertThat(answer(broker, ProtocolVersion.MQTT_5, "alice", "opensesame"))
          .isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void anAuthorizerSaysWhatAClientMayDo() throws Exception {
    try (TestBroker broker = broker("auth.chain", "desk", "auth.authorizer", "lanes");
        RawClient alice = client(broker, ProtocolVersion.MQTT_5, "alice", "opensesame")) {
      assertThat(alice.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      alice.subscribe("alice/#", Qos.AT_LEAST_ONCE);
      alice.subscribe("bob/#", Qos.AT_LEAST_ONCE);
      assertThat(published(alice, "bob/x")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(published(alice, "bomb")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(published(alice, "alice/secret")).isEqualTo(ReasonCode.SUCCESS);
      alice.publish("alice/x", new byte[0], Qos.AT_MOST_ONCE, 0);
      Publish heard = alice.read(Publish.class);
      assertThat(heard.topic()).hasToString("alice/x");
      assertThat(heard.qos()).isEqualTo(Qos.AT_MOST_ONCE);
      assertThat(broker.metric("whimbrel_denied_total{action=\"publish\"}")).isEqualTo(2);
      assertThat(broker.metric("whimbrel_denied_total{action=\"subscribe\"}")).isOne();
    }
  }

  @Test
  void anAuthorizerIsToldWhichShareIsAskedFor() throws Exception {
    try (TestBroker broker = broker("auth.chain", "desk", "auth.authorizer", "lanes");
        RawClient alice = client(broker, ProtocolVersion.MQTT_5, "alice", "opensesame")) {
      alice.read(Connack.class);
      assertThat(subscribed(alice, "alice/#")).isEqualTo(ReasonCode.SUCCESS);
      assertThat(subscribed(alice, "$share/ours/alice/#")).isEqualTo(ReasonCode.SUCCESS);
      assertThat(subscribed(alice, "$share/ours/bob/#")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(subscribed(alice, "$share/theirs/alice/#")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void groupsOfAPluginCountForRules() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("rules"),
            "groups: {staff: []}\nrules:\n  - {allow: write, topic: a, group: staff}\n");
    try (TestBroker broker = broker("auth.chain", "desk", "auth.rules-file", rules.toString());
        RawClient member = client(broker, ProtocolVersion.MQTT_5, "member", "x");
        RawClient alice = client(broker, ProtocolVersion.MQTT_5, "alice", "opensesame")) {
      member.read(Connack.class);
      alice.read(Connack.class);
      assertThat(published(member, "a")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      assertThat(published(alice, "a")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "auth.chain, nobody, 'auth.chain: there is no plugin ''nobody'', there are: [desk]'",
    "auth.authorizer, desk, 'auth.authorizer: there is no plugin ''desk'', there are: [lanes]'",
    "auth.plugin-directory, /nowhere, 'auth.plugin-directory: found /nowhere, allowed: "
        + "a directory that can be read'",
  })
  void aBrokerDoesNotStartWithoutAPluginItIsToldToAsk(String key, String value, String why) {
    assertThatThrownBy(() -> broker("auth.chain", "desk", key, value).close())
        .isInstanceOf(StartException.class)
        .hasMessage(why);
  }

  @Test
  void aBrokerDoesNotStartWithAPluginThatDoesNot() throws Exception {
    Path broken = Files.writeString(directory.resolve("broken"), "broken=yes\n");
    assertThatThrownBy(
            () -> broker("auth.chain", "desk", "auth.plugin-settings", broken.toString()).close())
        .isInstanceOf(StartException.class)
        .hasMessage("plugin 'desk' does not start: no desk");
  }

  private TestBroker broker(String... more) throws Exception {
    Path settings = Files.writeString(directory.resolve("settings"), "alice=opensesame\n");
    String[] all = new String[more.length + 4];
    all[0] = "auth.plugin-directory";
    all[1] = made.resolve("jars").toString();
    all[2] = "auth.plugin-settings";
    all[3] = settings.toString();
    System.arraycopy(more, 0, all, 4, more.length);
    return new TestBroker(all);
  }

  private static ReasonCode subscribed(RawClient client, String filter) throws Exception {
    SubscriptionRequest request =
        new SubscriptionRequest(
            TopicFilter.of(filter), Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND);
    client.send(new Subscribe(1, Properties.NONE, List.of(request)));
    return client.read(Suback.class).reasons().get(0);
  }

  private static ReasonCode published(RawClient client, String topic) throws Exception {
    client.publish(topic, new byte[0], Qos.AT_LEAST_ONCE, 1);
    return client.read(Puback.class).reason();
  }

  private static ReasonCode answer(
      TestBroker broker, ProtocolVersion version, String user, String password) throws Exception {
    try (RawClient client = client(broker, version, user, password)) {
      return client.read(Connack.class).reason();
    }
  }

  private static RawClient client(
      TestBroker broker, ProtocolVersion version, String user, String password) throws Exception {
    RawClient client = new RawClient(broker.port(), version);
    boolean nameless = user.isEmpty();
    client.send(
        new Connect(
            version,
            true,
            0,
            Properties.NONE,
            "c-" + user,
            null,
            nameless ? null : user,
            nameless ? null : password.getBytes(UTF_8)));
    return client;
  }
}
