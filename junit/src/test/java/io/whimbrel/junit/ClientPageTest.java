package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.client.ClientListener;
import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Delivery;
import io.whimbrel.client.Disconnection;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.OutboxSettings;
import io.whimbrel.client.PublishResult;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.ScramAuthentication;
import io.whimbrel.client.SubscribeResult;
import io.whimbrel.client.Subscription;
import io.whimbrel.client.Tls;
import io.whimbrel.client.TokenSupplier.Token;
import io.whimbrel.client.sn.DeviceMessage;
import io.whimbrel.client.sn.MqttSnClient;
import io.whimbrel.client.sn.SnTransport;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.server.Listening;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/client.md shows is compiled, and runs with a broker. */
final class ClientPageTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Broker private static EmbeddedBroker broker;

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @Test
  void theCodeOfThePageIsWhatRuns() throws IOException {
    List<String> shown = Page.codeOf("client.md");
    String snippets = Page.flush(Page.sourceOf(ClientPageTest.class));

    assertThat(shown.get(0)).isEqualTo(Page.sourceOf(FirstProgram.class));
    for (String each : shown.subList(1, shown.size())) {
      assertThat(snippets).as("ClientPageTest").contains(Page.flush(each));
    }
  }

  @Test
  void theFirstProgramEnds() throws InterruptedException {
    FirstProgram.main(new String[] {broker.uri()});

    broker.expect("greetings/world").payload("hello").within(SOON);
  }

  private String next() throws InterruptedException {
    return seen.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static MqttClient connected(String filter) {
    MqttClient client = MqttClient.to(broker.uri()).build();
    client.blocking().connect();
    client.blocking().subscribe(Subscription.of(filter, Qos.AT_LEAST_ONCE));
    return client;
  }

  private static void publish(String topic, String... payloads) {
    try (MqttClient client = MqttClient.to(broker.uri()).build()) {
      client.blocking().connect();
      for (String each : payloads) {
        client.blocking().publish(Message.of(topic, each));
      }
    }
  }

  // ---------------------------------------------------------------- sessions

  private MqttClient door(String server, String another) {
    MqttClient client =
        MqttClient.to(server, another)
            .clientId("door-3")
            .sessionExpiry(Duration.ofHours(1))
            .listener(
                new ClientListener() {
                  @Override
                  public void onConnected(ConnectResult result) {
                    seen.add("connected, session present: " + result.sessionPresent());
                  }

                  @Override
                  public void onDisconnected(Disconnection how) {
                    seen.add(how.why() + (how.again() ? "; it is tried again" : ""));
                  }
                })
            .build();
    return client;
  }

  @Test
  void aSessionGoesOn() throws Exception {
    try (MqttClient client = door(broker.uri(), broker.uri())) {
      client.blocking().connect();
      client.blocking().disconnect();
      client.blocking().connect();

      assertThat(next()).isEqualTo("connected, session present: false");
      assertThat(next()).isEqualTo("connected, session present: true");
    }
  }

  // ---------------------------------------------------------------- publishing

  private void order(MqttClient client) {
    Message order =
        Message.to("orders/17")
            .qos(Qos.EXACTLY_ONCE)
            .payload("two pumps")
            .contentType("text/plain")
            .expiry(Duration.ofMinutes(10))
            .userProperty("shop", "north")
            .build();
    Delivery delivery = client.publish(order);
    delivery
        .result()
        .whenComplete(
            (result, failure) -> seen.add(failure != null ? "unknown" : "" + result.reason()));
  }

  private static PublishResult ask(MqttClient client) {
    PublishResult result =
        client.blocking().within(Duration.ofSeconds(5)).publish(Message.of("orders/18", "a hose"));
    if (result.isRefused()) {
      throw new IllegalStateException(result.reason() + " " + result.explanation());
    }
    return result;
  }

  @Test
  void whatIsPublishedIsAcknowledged() throws Exception {
    try (MqttClient client = connected("orders/#")) {
      order(client);

      assertThat(next()).isEqualTo("SUCCESS");
      assertThat(ask(client).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  private static MqttClient press(String server, Path directory) {
    MqttClient client =
        MqttClient.to(server)
            .clientId("press-7")
            .outbox(OutboxSettings.onDisk(directory).bytesMax(64L * 1024 * 1024))
            .build();
    client.blocking().send(Message.of("parts/1", "pressed")); // on disk, connected or not
    return client;
  }

  @Test
  void whatIsInTheOutboxIsSentByTheNextClient(@TempDir Path directory) {
    press(broker.uri(), directory).close();

    try (MqttClient again = press(broker.uri(), directory)) {
      again.blocking().connect();

      broker.expect("parts/1").payload("pressed").count(2).within(SOON);
    }
  }

  // ---------------------------------------------------------------- receiving

  /** Writes one message after the other, and asks for the next when it is done. */
  static final class Archive implements Flow.Subscriber<ReceivedMessage> {
    private final BlockingQueue<String> written;
    private Flow.Subscription subscription;

    Archive(BlockingQueue<String> written) {
      this.written = written;
    }

    @Override
    public void onSubscribe(Flow.Subscription made) {
      subscription = made;
      made.request(1);
    }

    @Override
    public void onNext(ReceivedMessage message) {
      written.add(message.text());
      subscription.request(1);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }

  @Test
  void aStreamGivesWhatIsAskedFor() throws Exception {
    try (MqttClient client = connected("log/#")) {
      client.messages("log/#").subscribe(new Archive(seen));

      publish("log/a", "1", "2");

      assertThat(next()).isEqualTo("1");
      assertThat(next()).isEqualTo("2");
    }
  }

  private MqttClient pool(String server, ExecutorService workers) {
    MqttClient client = MqttClient.to(server).acknowledgeByHand().receiveMaximum(10).build();
    client.handle(
        "jobs/+",
        message ->
            workers.execute(
                () -> {
                  if (work(message.text())) {
                    message.acknowledge();
                  } else {
                    message.refuse(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
                  }
                }));
    return client;
  }

  private boolean work(String job) {
    return seen.add(job) && !job.equals("impossible");
  }

  @Test
  void messagesAreAcknowledgedByHand() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try (MqttClient client = pool(broker.uri(), workers)) {
      client.blocking().connect();
      client.blocking().subscribe(Subscription.of("jobs/+", Qos.AT_LEAST_ONCE));
      for (int i = 0; i < 30; i++) { // three times what may be unacknowledged
        client.publish(Message.of("jobs/" + i, i == 7 ? "impossible" : "job " + i));
      }
      for (int i = 0; i < 30; i++) {
        assertThat(next()).isNotNull();
      }
    } finally {
      workers.shutdown();
    }
  }

  // ---------------------------------------------------------------- requests

  private static void answer(MqttClient server) {
    server.handle(
        "math/square",
        question -> {
          int number = Integer.parseInt(question.text());
          server.respond(question, ("" + number * number).getBytes(StandardCharsets.UTF_8));
        });
  }

  private static String square(MqttClient client) {
    return client.blocking().request(Message.of("math/square", "12")).text();
  }

  @Test
  void aQuestionIsAnswered() {
    try (MqttClient server = connected("math/#");
        MqttClient client = connected("nothing")) {
      answer(server);

      assertThat(square(client)).isEqualTo("144");
    }
  }

  // ---------------------------------------------------------------- who it is

  /** Compiled alone: what TLS does is tested with the broker's. */
  private static MqttClient encrypted(Path authority, Path certificate, Path key) {
    return MqttClient.to("mqtts://broker.example.org")
        .tls(Tls.trusting(authority).identity(certificate, key, ""))
        .build();
  }

  private static MqttClient secretive(String server, char[] password) {
    return MqttClient.to(server)
        .authentication(ScramAuthentication.of(ScramHash.SHA_256, "alice", password))
        .build();
  }

  @Test
  void aServerWithoutScramSaysSo() {
    try (MqttClient client = secretive(broker.uri(), "gr8 pass".toCharArray())) {
      assertThat(client.blocking().connect().reason())
          .isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
    }
  }

  private static MqttClient guest(String server, AtomicInteger asked) {
    return MqttClient.to(server)
        .userName("door-3")
        .tokens(
            () -> {
              String token = "token " + asked.incrementAndGet();
              return CompletableFuture.completedFuture(
                  new Token(
                      token.getBytes(StandardCharsets.UTF_8), Optional.of(Duration.ofHours(1))));
            })
        .build();
  }

  @Test
  void aTokenIsFetchedForEachConnection() {
    AtomicInteger asked = new AtomicInteger();
    try (MqttClient client = guest(broker.uri(), asked)) {
      client.blocking().connect();
      client.blocking().disconnect();
      client.blocking().connect();

      assertThat(asked).hasValue(2);
    }
  }

  // ---------------------------------------------------------------- refusals

  private static String tell(ConnectResult connected, SubscribeResult subscribed) {
    if (connected.isRefused()) {
      return connected.server() + " does not let us in: " + connected.reason();
    }
    for (ReasonCode each : subscribed.reasons()) { // for each filter, in its order
      if (each.isError()) {
        return "not granted: " + each + " " + subscribed.explanation();
      }
    }
    return "granted";
  }

  @Test
  void aRefusalIsAResult() {
    try (EmbeddedBroker narrow =
            EmbeddedBroker.start(java.util.Map.of("limits.topic-levels-max", "3"));
        MqttClient client = MqttClient.to(narrow.uri()).build()) {
      ConnectResult connected = client.blocking().connect();

      SubscribeResult subscribed =
          client.blocking().subscribe(Subscription.of("a/b/c/d", Qos.AT_LEAST_ONCE));

      assertThat(tell(connected, subscribed)).startsWith("not granted: ");
    }
  }

  // ---------------------------------------------------------------- MQTT-SN

  private void pump(int port) {
    try (MqttSnClient pump =
        MqttSnClient.over(SnTransport.udp("localhost", port))
            .clientId("pump-7")
            .keepSession()
            .onMessage(message -> seen.add(message.topic() + " " + message.text()))
            .build()) {
      pump.connect().join();
      pump.subscribe("pumps/7/speed", Qos.AT_LEAST_ONCE).join();
      pump.publish(DeviceMessage.of("pumps/7/state", "ready")).join();
      pump.sleep(Duration.ofMinutes(10)).join();
      pump.wake().join(); // the handler is done with all that waited
    }
  }

  @Test
  void aDeviceSleepsAndHearsWhatWaited() {
    try (EmbeddedBroker devices = EmbeddedBroker.start(Map.of("sn.udp-port", "any"));
        MqttClient client = MqttClient.to(devices.uri()).build()) {
      client.blocking().connect();
      client.blocking().publish(Message.to("pumps/7/speed").retain().payload("12").build());
      pump(devices.port(Listening.Kind.SN));

      assertThat(seen).containsExactly("pumps/7/speed 12");
      devices.expect("pumps/7/state").payload("ready").within(SOON);
    }
  }
}
