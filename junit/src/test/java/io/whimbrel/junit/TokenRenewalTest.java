package io.whimbrel.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.sun.net.httpserver.HttpServer;
import io.whimbrel.client.ClientListener;
import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Disconnection;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.Subscription;
import io.whimbrel.client.TokenSupplier.Token;
import io.whimbrel.codec.Qos;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tokens of an issuer on this machine, renewed while messages flow. Its keys change in the middle,
 * and for a fifth of the time it is down. {@code -Dwhimbrel.token.seconds=300} takes five minutes.
 */
final class TokenRenewalTest {
  private static final int SECONDS = Integer.getInteger("whimbrel.token.seconds", 15);
  private static final int LIFE_SECONDS = 20;
  private static final int RENEWED_SECONDS = 5; // early enough for any machine
  private static final int SHORT_SECONDS = 5;
  private static final long PATIENCE_SECONDS = 30;
  private static final long TICK_NANOS = 100_000_000L;

  /** Issues tokens, and has its keys at a URL. */
  private static final class Issuer implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger issued = new AtomicInteger();
    private volatile KeyPair pair = pair();
    private volatile int generation;
    private volatile boolean down;

    Issuer() throws IOException, GeneralSecurityException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            String path = exchange.getRequestURI().getPath();
            String page =
                path.startsWith("/.well-known/")
                    ? "{\"issuer\":\"" + uri() + "\",\"jwks_uri\":\"" + uri() + "/keys\"}"
                    : keys();
            byte[] body = page.getBytes(UTF_8);
            exchange.sendResponseHeaders(down ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
    }

    private static KeyPair pair() throws GeneralSecurityException {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    }

    String uri() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void rotate() throws GeneralSecurityException {
      pair = pair();
      generation++;
    }

    private static String base64(byte[] octets) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static String coordinate(BigInteger number) {
      byte[] octets = number.toByteArray();
      byte[] all = new byte[32];
      int count = Math.min(octets.length, all.length);
      System.arraycopy(octets, octets.length - count, all, all.length - count, count);
      return base64(all);
    }

    private String keys() {
      ECPublicKey key = (ECPublicKey) pair.getPublic();
      return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k"
          + generation
          + "\",\"x\":\""
          + coordinate(key.getW().getAffineX())
          + "\",\"y\":\""
          + coordinate(key.getW().getAffineY())
          + "\"}]}";
    }

    byte[] token(String subject) {
      return token(subject, LIFE_SECONDS);
    }

    byte[] token(String subject, int seconds) {
      issued.incrementAndGet();
      long end = System.currentTimeMillis() / 1_000 + seconds;
      String said =
          base64(("{\"alg\":\"ES256\",\"kid\":\"k" + generation + "\"}").getBytes(UTF_8))
              + "."
              + base64(
                  ("{\"iss\":\""
                          + uri()
                          + "\",\"aud\":[\"mqtt\"],\"sub\":\""
                          + subject
                          + "\",\"exp\":"
                          + end
                          + "}")
                      .getBytes(UTF_8));
      try {
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(pair.getPrivate());
        signature.update(said.getBytes(UTF_8));
        return (said + "." + base64(signature.sign())).getBytes(UTF_8);
      } catch (GeneralSecurityException broken) {
        throw new IllegalStateException(broken);
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private final AtomicInteger connects = new AtomicInteger();
  private final LinkedBlockingQueue<String> lost = new LinkedBlockingQueue<>();
  private Issuer issuer;
  private EmbeddedBroker broker;

  @BeforeEach
  void start() throws Exception {
    issuer = new Issuer();
    broker =
        EmbeddedBroker.start(
            Map.of(
                "issuers.here.issuer", issuer.uri(),
                "issuers.here.audience", "mqtt",
                "issuers.here.discovery", "true",
                "oauth.keys-refetch", "1s",
                "oauth.keys-max-age", "1m", // so that they are asked for while it is down
                "auth.chain", "token,anonymous"));
  }

  @AfterEach
  void stop() {
    broker.close();
    issuer.close();
  }

  /** Each tenth of a second a message; the issuer's keys change, and it is down for a while. */
  private int publishAll(MqttClient publisher) throws Exception {
    int count = 0;
    long began = System.nanoTime();
    for (long second = 0; second < SECONDS; ) {
      Message message = Message.to("t").payload("" + count).qos(Qos.AT_LEAST_ONCE).build();
      publisher.publish(message).result().toCompletableFuture().get(60, TimeUnit.SECONDS);
      count++;
      long next = began + count * TICK_NANOS;
      LockSupport.parkNanos(next - System.nanoTime());
      long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
      if (now != second && now == SECONDS / 2) {
        issuer.rotate();
      }
      second = now;
      issuer.down = second >= SECONDS * 3 / 5 + 2 && second < SECONDS * 4 / 5 + 2;
    }
    return count;
  }

  @Test
  void theClientOfThisLibraryStaysConnected() throws Exception {
    ClientListener listener =
        new ClientListener() {
          @Override
          public void onConnected(ConnectResult result) {
            connects.incrementAndGet();
          }

          @Override
          public void onDisconnected(Disconnection disconnection) {
            lost.add(disconnection.toString());
          }

          @Override
          public void onTokenFailed(String why) {
            lost.add(why);
          }
        };
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (MqttClient client =
            MqttClient.to(broker.uri())
                .clientId("door")
                .tokens(
                    "OAUTH2-JWT",
                    () ->
                        CompletableFuture.completedFuture(
                            new Token(
                                issuer.token("door"),
                                Optional.of(Duration.ofSeconds(RENEWED_SECONDS)))))
                .listener(listener)
                .build();
        MqttClient publisher = MqttClient.to(broker.uri()).clientId("publisher").build()) {
      client.blocking().connect();
      publisher.blocking().connect();
      client.handle("t", message -> heard.add(message.text()));
      client.blocking().subscribe(Subscription.of("t", Qos.AT_LEAST_ONCE));
      int count = publishAll(publisher);
      awaitAll(heard, count);
      assertThat(connects).hasValue(1);
      assertThat(lost).isEmpty();
      assertThat(issuer.issued.get()).isGreaterThanOrEqualTo(SECONDS / RENEWED_SECONDS);
    }
  }

  private static void awaitAll(LinkedBlockingQueue<String> heard, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("" + i);
    }
    assertThat(heard).isEmpty();
  }

  /** The method of HiveMQ's client: the next token, each time. */
  private final class Method implements Mqtt5EnhancedAuthMechanism {
    private final LinkedBlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private final String subject;
    private volatile String next;

    Method(String subject) {
      this.subject = subject;
      this.next = subject;
    }

    @Override
    public MqttUtf8String getMethod() {
      return MqttUtf8String.of("OAUTH2-JWT");
    }

    @Override
    public int getTimeout() {
      return 30;
    }

    @Override
    public CompletableFuture<Void> onAuth(
        Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder builder) {
      builder.data(issuer.token(subject));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
      builder.data(issuer.token(next));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> onContinue(
        Mqtt5ClientConfig config, Mqtt5Auth auth, Mqtt5AuthBuilder builder) {
      return CompletableFuture.completedFuture(false);
    }

    @Override
    public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck ack) {
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
      outcomes.add("renewed");
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck ack) {
      outcomes.add(ack.getReasonCode().toString());
    }

    @Override
    public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {
      outcomes.add(disconnect.getReasonCode().toString());
    }

    @Override
    public void onAuthError(Mqtt5ClientConfig config, @Nullable Throwable cause) {
      outcomes.add(String.valueOf(cause));
    }

    @Override
    public void onReAuthError(Mqtt5ClientConfig config, @Nullable Throwable cause) {
      outcomes.add(String.valueOf(cause));
    }
  }

  @Test
  void theClientOfHiveMqRenewsItsTokenAndIsClosedAsAnother() throws Exception {
    Method method = new Method("window");
    Mqtt5AsyncClient client =
        Mqtt5Client.builder()
            .identifier("window")
            .serverHost("127.0.0.1")
            .serverPort(broker.port())
            .enhancedAuth(method)
            .addDisconnectedListener(context -> lost.add(reason(context.getCause())))
            .buildAsync();
    client.connect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    client
        .subscribeWith()
        .topicFilter("t")
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(message -> heard.add(new String(message.getPayloadAsBytes(), UTF_8)))
        .send()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (int i = 0; i < 3; i++) {
      client.reauth().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(method.outcomes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("renewed");
      client
          .publishWith()
          .topic("t")
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(("" + i).getBytes(UTF_8))
          .send()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      issuer.rotate();
      LockSupport.parkNanos(1_100_000_000L); // a fetch may be again
    }
    awaitAll(heard, 3);
    assertThat(lost).isEmpty();
    method.next = "somebody-else";
    CompletableFuture<Void> refused = client.reauth();
    assertThat(method.outcomes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo("NOT_AUTHORIZED");
    assertThat(refused).failsWithin(Duration.ofSeconds(PATIENCE_SECONDS));
    assertThat(lost.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("NOT_AUTHORIZED");
  }

  @Test
  void theClientOfHiveMqHearsThatItsTimeIsOver() throws Exception {
    Mqtt5AsyncClient client =
        Mqtt5Client.builder()
            .identifier("window")
            .serverHost("127.0.0.1")
            .serverPort(broker.port())
            .simpleAuth()
            .username("whoever")
            .password(issuer.token("window", SHORT_SECONDS))
            .applySimpleAuth()
            .addDisconnectedListener(context -> lost.add(reason(context.getCause())))
            .buildAsync();
    client.connect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(lost.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("MAXIMUM_CONNECT_TIME");
  }

  private static String reason(Throwable cause) {
    return cause instanceof Mqtt5DisconnectException told
        ? told.getMqttMessage().getReasonCode().toString()
        : cause.toString();
  }
}
