package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.TokenSupplier.Token;
import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client says to be let in. */
final class CredentialsTest {
  private static final long SECONDS = 30;

  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<CompletableFuture<Token>> asked = new LinkedBlockingQueue<>();

  private final ClientListener listener =
      new ClientListener() {
        @Override
        public void onTokenFailed(String why) {
          heard.add(why);
        }
      };

  private ScriptedServer server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Token token(String text, long lifeMillis) {
    return new Token(bytes(text), Optional.of(Duration.ofMillis(lifeMillis)));
  }

  /** Answers the next question for a token. */
  private CompletableFuture<Token> question() throws InterruptedException {
    CompletableFuture<Token> question = asked.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(question).isNotNull();
    return question;
  }

  private MqttClient withTokens() {
    return server
        .client()
        .listener(listener)
        .tokens(
            "M",
            () -> {
              CompletableFuture<Token> question = new CompletableFuture<>();
              asked.add(question);
              return question;
            })
        .build();
  }

  private static Properties said(String data) {
    return Properties.builder()
        .set(PropertyId.AUTHENTICATION_METHOD, "M")
        .set(PropertyId.AUTHENTICATION_DATA, bytes(data))
        .build();
  }

  private static String data(Properties properties) {
    byte[] data = properties.binary(PropertyId.AUTHENTICATION_DATA);
    return data == null ? "" : new String(data, StandardCharsets.UTF_8);
  }

  private static void welcome(ScriptedServer.Connection connection, String data) throws Exception {
    connection.send(new Connack(false, ReasonCode.SUCCESS, said(data)));
  }

  @Test
  void aTokenThatComesLateIsNotSaidOverAnotherConnection() throws Exception {
    try (MqttClient client = withTokens()) {
      client.connect();
      question().complete(token("1", 3_600_000));
      ScriptedServer.Connection first = server.accept();
      assertThat(data(first.next(Connect.class).properties())).isEqualTo("1");
      welcome(first, "");
      first.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, said("more")));
      CompletableFuture<Token> late = question();
      first.close();
      question().complete(token("2", 3_600_000));
      ScriptedServer.Connection second = server.accept();
      assertThat(data(second.next(Connect.class).properties())).isEqualTo("2");
      welcome(second, "");

      late.complete(token("late", 1));
      client.publish(Message.of("a", "x"));
      assertThat(second.next()).isInstanceOf(Publish.class);
    }
  }

  @Test
  void aTokenThatCannotBeHadIsToldOfAndAskedForAgain() throws Exception {
    try (MqttClient client = withTokens()) {
      client.connect();
      question().complete(token("1", 1));
      ScriptedServer.Connection connection = server.accept();
      connection.next(Connect.class);
      welcome(connection, "");

      question().completeExceptionally(new IllegalStateException("no vault"));
      assertThat(heard.poll(SECONDS, TimeUnit.SECONDS)).contains("no vault");
      question().complete(token("2", 3_600_000));
      Auth again = connection.next(Auth.class);
      assertThat(again.reason()).isEqualTo(ReasonCode.REAUTHENTICATE);
      assertThat(data(again.properties())).isEqualTo("2");
    }
  }

  @Test
  void aLifeOfAnyLengthIsRenewedInTimeAndNotAllTheTime() {
    assertThat(Credentials.renewalMillis(Duration.ofSeconds(100))).isEqualTo(80_000);
    assertThat(Credentials.renewalMillis(Duration.ZERO)).isEqualTo(1_000);
    assertThat(Credentials.renewalMillis(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(1_000);
    assertThat(Credentials.renewalMillis(Duration.ofSeconds(Long.MAX_VALUE))).isPositive();
    assertThat(Credentials.retryMillis(Duration.ofSeconds(100))).isEqualTo(10_000);
    assertThat(Credentials.retryMillis(Duration.ofMillis(5))).isEqualTo(1_000);
  }

  /** Answers challenges, and believes who knows a word. */
  private static final EnhancedAuthentication STEPS =
      new EnhancedAuthentication() {
        @Override
        public String method() {
          return "M";
        }

        @Override
        public Exchange begin() {
          return new Exchange() {
            private int count;

            @Override
            public byte[] first() {
              return bytes("first");
            }

            @Override
            public byte[] next(byte[] challenge) {
              return bytes(new String(challenge, StandardCharsets.UTF_8) + ++count);
            }

            @Override
            public void verify(byte[] last) {
              if (!new String(last, StandardCharsets.UTF_8).equals("word")) {
                throw new IllegalStateException("no word");
              }
            }
          };
        }
      };

  @Test
  void anAuthenticationHasAsManyStepsAsItTakes() throws Exception {
    try (MqttClient client = server.client().authentication(STEPS).build()) {
      CompletableFuture<ConnectResult> connected = client.connect().toCompletableFuture();
      ScriptedServer.Connection connection = server.accept();
      assertThat(data(connection.next(Connect.class).properties())).isEqualTo("first");
      for (String each : new String[] {"a", "b"}) {
        connection.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, said(each)));
        String answer = data(connection.next(Auth.class).properties());
        assertThat(answer).isEqualTo(each.equals("a") ? "a1" : "b2");
      }
      welcome(connection, "word");

      assertThat(connected.get(SECONDS, TimeUnit.SECONDS).isRefused()).isFalse();
    }
  }

  @Test
  void aServerThatProvesNothingIsLeftBeforeAnythingIsSaid() throws Exception {
    try (MqttClient client = server.client().authentication(STEPS).build()) {
      client.publish(Message.of("a", "secret"));
      CompletableFuture<ConnectResult> connected = client.connect().toCompletableFuture();
      ScriptedServer.Connection connection = server.accept();
      connection.next(Connect.class);
      welcome(connection, "else");

      Packet last = connection.next(Disconnect.class);
      assertThat(((Disconnect) last).reason()).isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
      assertThat(connection.next()).isNull();
      assertThatThrownBy(() -> connected.get(SECONDS, TimeUnit.SECONDS))
          .cause()
          .hasMessageContaining("no word")
          .extracting(failure -> ((MqttClientException) failure).kind())
          .isEqualTo(MqttClientException.Kind.SERVER_NOT_TRUSTED);
      assertThat(client.isConnected()).isFalse();
    }
  }
}
