package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whimbrel.client.BlockingClient;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.Subscription;
import io.whimbrel.client.sn.Acknowledgement;
import io.whimbrel.client.sn.DeviceMessage;
import io.whimbrel.client.sn.FoundGateway;
import io.whimbrel.client.sn.MqttSnClient;
import io.whimbrel.client.sn.MqttSnClientBuilder;
import io.whimbrel.client.sn.MqttSnException;
import io.whimbrel.client.sn.MqttSnListener;
import io.whimbrel.client.sn.SnTransport;
import io.whimbrel.client.sn.Topic;
import io.whimbrel.codec.Qos;
import io.whimbrel.server.Listening;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The MQTT-SN client with a broker, over real datagrams; the other side speaks MQTT. */
final class MqttSnClientTest {
  private static final long SECONDS = 60;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "sn.udp-port", "any",
          "sn.predefined-topics", "7=pre/seven,8=pre/eight",
          "sn.qos-minus-one", "true",
          "sn.retry-delay", "300ms",
          "sn.retries-max", "100");

  private static EmbeddedBroker broker;

  private final LinkedBlockingQueue<DeviceMessage> heard = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<ReceivedMessage> heardByOther = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<MqttSnException> losses = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final String id = "sn" + Integer.toString(new Random().nextInt(1 << 30), 36);

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(SETTINGS);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @AfterEach
  void leave() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static SnTransport way() {
    return SnTransport.udp("localhost", broker.port(Listening.Kind.SN));
  }

  private MqttSnClientBuilder device(SnTransport transport) {
    return MqttSnClient.over(transport)
        .clientId(id)
        .retry(Duration.ofMillis(200), 500)
        .onMessage(heard::add)
        .listener(
            new MqttSnListener() {
              @Override
              public void onLost(MqttSnException why) {
                losses.add(why);
              }
            });
  }

  private MqttSnClient connected(MqttSnClientBuilder builder) throws Exception {
    MqttSnClient client = builder.build();
    open.add(client);
    await(client.connect());
    return client;
  }

  private MqttSnClient connected() throws Exception {
    return connected(device(way()));
  }

  private BlockingClient other(String... filters) {
    MqttClient client = MqttClient.to(broker.uri()).build();
    open.add(client);
    BlockingClient blocking = client.blocking();
    client.handle("#", heardByOther::add);
    blocking.connect();
    for (String each : filters) {
      blocking.subscribe(Subscription.of(each, Qos.EXACTLY_ONCE));
    }
    return blocking;
  }

  private static <T> T await(CompletableFuture<T> asked) throws Exception {
    try {
      return asked.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw (Exception) failed.getCause();
    }
  }

  private DeviceMessage next() throws InterruptedException {
    DeviceMessage next = heard.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("a message").isNotNull();
    return next;
  }

  private ReceivedMessage nextOfOther() throws InterruptedException {
    ReceivedMessage next = heardByOther.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("a message").isNotNull();
    return next;
  }

  private static Message message(String topic, int qos, String text) {
    return Message.to(topic).qos(Qos.of(qos)).payload(text).build();
  }

  // ---------------------------------------------------------------- messages

  @ParameterizedTest
  @EnumSource(Qos.class)
  void whatADevicePublishesArrivesInItsOrder(Qos qos) throws Exception {
    other(id + "/#");
    MqttSnClient device = connected();
    List<CompletableFuture<Void>> published = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String topic = id + "/" + i % 3;
      published.add(device.publish(DeviceMessage.of(topic, "m" + i).qos(qos)));
    }
    for (int i = 0; i < 50; i++) {
      ReceivedMessage next = nextOfOther();
      assertThat(next.topic() + "=" + next.text()).isEqualTo(id + "/" + i % 3 + "=m" + i);
      assertThat(next.message().qos()).isEqualTo(qos);
      await(published.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource(Qos.class)
  void whatOthersPublishArrivesInItsOrder(Qos qos) throws Exception {
    MqttSnClient device = connected();
    assertThat(await(device.subscribe(id + "/+", qos))).isEqualTo(qos);
    BlockingClient other = other();
    for (int i = 0; i < 50; i++) {
      other.publish(message(id + "/" + i % 3, 2, "m" + i));
    }
    for (int i = 0; i < 50; i++) {
      DeviceMessage next = next();
      assertThat(next.topic() + "=" + next.text()).isEqualTo(id + "/" + i % 3 + "=m" + i);
      assertThat(next.qos()).isEqualTo(qos);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void nothingIsLostOrDoubledWhereDatagramsAre(int many) throws Exception {
    FaultyTransport way = new FaultyTransport(way()).losesOneIn(many);
    MqttSnClient device = connected(device(way));
    await(device.subscribe(id + "/#", Qos.EXACTLY_ONCE));
    for (int i = 0; i < 10; i++) {
      DeviceMessage said = DeviceMessage.of(id + "/" + i % 2, "m" + i).qos(Qos.EXACTLY_ONCE);
      await(device.publish(said));
    }
    for (int i = 0; i < 10; i++) {
      assertThat(next().text()).isEqualTo("m" + i);
    }
    await(device.disconnect());
    assertThat(heard).isEmpty();
    assertThat(losses).isEmpty();
  }

  @Test
  void aRetainedMessageComesToWhoSubscribesLater() throws Exception {
    MqttSnClient device = connected();
    await(device.publish(DeviceMessage.of(id + "/kept", "kept").retained()));
    await(device.subscribe(id + "/#", Qos.AT_LEAST_ONCE));
    DeviceMessage kept = next();
    assertThat(kept.text()).isEqualTo("kept");
    assertThat(kept.retain()).isTrue();
    await(device.unsubscribe(id + "/#"));
    await(device.publish(DeviceMessage.of(Topic.of(id + "/kept"), new byte[0]).retained()));
    await(device.disconnect());
    assertThat(heard).isEmpty();
  }

  @Test
  void shortAndPredefinedTopicsAreTopicsLikeOthers() throws Exception {
    other("ab", "pre/+");
    MqttSnClient device = connected(device(way()).predefined(7, "pre/seven"));
    await(device.subscribe("ab", Qos.AT_MOST_ONCE));
    await(device.subscribe("pre/seven", Qos.AT_MOST_ONCE));
    await(device.subscribe(Topic.predefined(8), Qos.AT_MOST_ONCE));
    for (String each : List.of("ab", "pre/seven")) {
      await(device.publish(DeviceMessage.of(each, each)));
      assertThat(nextOfOther().topic()).isEqualTo(each);
      assertThat(next().topic().name()).isEqualTo(each);
    }
    byte[] payload = "eight".getBytes(StandardCharsets.UTF_8);
    await(device.publish(DeviceMessage.of(Topic.predefined(8), payload)));
    assertThat(nextOfOther().topic()).isEqualTo("pre/eight");
    assertThat(next().topic()).isEqualTo(Topic.predefined(8));
    await(device.unsubscribe(Topic.predefined(8)));
    await(device.publish(DeviceMessage.of(Topic.predefined(8), payload)));
    assertThat(nextOfOther().topic()).isEqualTo("pre/eight");
    await(device.disconnect());
    assertThat(heard).isEmpty();
  }

  @Test
  void qosMinus1NeedsNoConnection() throws Exception {
    other("xy");
    MqttSnClient device = device(way()).build();
    open.add(device);
    await(device.publishWithoutConnection(DeviceMessage.of("xy", "first")));
    assertThat(nextOfOther().text()).isEqualTo("first");
    assertThatThrownBy(() -> await(device.publish(DeviceMessage.of("xy", "second"))))
        .isInstanceOfSatisfying(
            MqttSnException.class,
            e -> assertThat(e.kind()).isEqualTo(MqttSnException.Kind.NOT_CONNECTED));
  }

  @Test
  void anIdThatTheBrokerDoesNotKnowIsAskedForOnceMore() throws Exception { // 6.6
    other(id + "/#");
    FaultyTransport way = new FaultyTransport(way());
    MqttSnClient device = connected(device(way));
    await(device.publish(DeviceMessage.of(id + "/a", "1")));
    AtomicBoolean changed = new AtomicBoolean();
    way.changes(
        datagram -> {
          if (datagram[1] != 0x0C || changed.getAndSet(true)) {
            return datagram;
          }
          byte[] other = datagram.clone();
          other[3] = 0x77; // the topic id
          return other;
        });
    await(device.publish(DeviceMessage.of(id + "/a", "2")));
    assertThat(changed).isTrue();
    assertThat(nextOfOther().text()).isEqualTo("1");
    assertThat(nextOfOther().text()).isEqualTo("2");
  }

  @Test
  void anIdThatTheDeviceDoesNotKnowIsToldOnceMore() throws Exception { // 6.10
    MqttSnClient first = connected(device(way()).keepSession());
    await(first.subscribe(id + "/a", Qos.AT_LEAST_ONCE));
    await(first.disconnect());
    other().publish(message(id + "/a", 1, "waits"));
    connected(device(way()).keepSession()); // which remembers nothing
    DeviceMessage next = next();
    assertThat(next.topic().name()).isEqualTo(id + "/a");
    assertThat(next.text()).isEqualTo("waits");
  }

  @Test
  void whatADatagramDoesNotHoldFailsAlone() throws Exception {
    MqttSnClient device = connected();
    DeviceMessage large = DeviceMessage.of(Topic.of("ab"), new byte[1_500]);
    assertThatThrownBy(() -> await(device.publish(large)))
        .isInstanceOf(MqttSnException.class)
        .hasMessage("a PUBLISH has 1509 octets, and a datagram at most 1472");
    await(device.publish(DeviceMessage.of(Topic.of("ab"), new byte[1_400])));
  }

  @Test
  void aHandlerMayAcknowledgeLater() throws Exception {
    LinkedBlockingQueue<Acknowledgement> answers = new LinkedBlockingQueue<>();
    MqttSnClientBuilder builder =
        device(way())
            .keepSession()
            .onMessage(
                (message, answer) -> {
                  answers.add(answer);
                  heard.add(message);
                });
    MqttSnClient device = connected(builder);
    await(device.subscribe(id + "/a", Qos.AT_LEAST_ONCE));
    BlockingClient other = other();
    other.publish(message(id + "/a", 1, "1"));
    other.publish(message(id + "/a", 1, "2"));
    other.publish(message(id + "/a", 1, "3"));
    assertThat(next().text()).isEqualTo("1");
    assertThat(heard).isEmpty(); // one at a time
    answers.remove().accept();
    assertThat(next().text()).isEqualTo("2");
    Acknowledgement second = answers.remove();
    second.refuse();
    second.accept();
    assertThat(next().text()).isEqualTo("3");
    await(device.disconnect());
    connected(device(way()).keepSession());
    DeviceMessage again = next();
    assertThat(again.text()).isEqualTo("3");
    assertThat(again.messageId()).isPositive();
  }

  @Test
  void aMessageThatTheHandlerDoesNotTakeIsRefused() throws Exception {
    LinkedBlockingQueue<String> failures = new LinkedBlockingQueue<>();
    MqttSnClient device =
        connected(
            device(way())
                .onMessage(
                    message -> {
                      if (message.text().equals("bad")) {
                        throw new IllegalStateException("no");
                      }
                      heard.add(message);
                    })
                .listener(
                    new MqttSnListener() {
                      @Override
                      public void onHandlerFailed(DeviceMessage message, Throwable failure) {
                        failures.add(message.text() + " " + failure.getMessage());
                      }
                    }));
    await(device.subscribe(id + "/a", Qos.AT_LEAST_ONCE));
    BlockingClient other = other();
    other.publish(message(id + "/a", 1, "bad"));
    other.publish(message(id + "/a", 1, "good"));
    assertThat(next().text()).isEqualTo("good");
    assertThat(failures).containsExactly("bad no");
  }

  @Test
  void aGatewayMayHaveAnAddressOfIpv6() throws Exception {
    assumeTrue(hasIpv6(), "there is no ::1");
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("listeners.bind", "::1");
    settings.put("recorder", "off");
    try (EmbeddedBroker there = EmbeddedBroker.start(settings)) {
      int port = there.port(Listening.Kind.SN);
      MqttSnClient device = connected(device(SnTransport.udp("::1", port)));
      await(device.subscribe("ab", Qos.AT_LEAST_ONCE));
      await(device.publish(DeviceMessage.of("ab", "six")));
      assertThat(next().text()).isEqualTo("six");
      await(device.disconnect());
    }
  }

  private static boolean hasIpv6() {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("::1"))) {
      return socket.isBound();
    } catch (IOException none) {
      return false;
    }
  }

  // ---------------------------------------------------------------- sleep

  @Test
  void aSleeperHearsOfEveryQosInItsOrderWhenItWakesUp() throws Exception { // 6.14
    MqttSnClient device = connected();
    await(device.subscribe(id + "/#", Qos.EXACTLY_ONCE));
    await(device.sleep(Duration.ofMinutes(5)));
    assertThat(device.isActive()).isFalse();
    BlockingClient other = other();
    for (int i = 0; i < 9; i++) {
      other.publish(message(id + "/" + i, i % 3, "m" + i));
    }
    await(device.wake());
    assertThat(heard.stream().map(DeviceMessage::text))
        .containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8");
    heard.clear();
    await(device.wake());
    assertThat(heard).isEmpty();
    other.publish(message(id + "/x", 1, "later"));
    await(device.wake());
    assertThat(next().text()).isEqualTo("later");
  }

  @Test
  void aSleeperBecomesActiveAndFallsAsleepAnew() throws Exception {
    MqttSnClient device = connected(device(way()).keepSession());
    other(id + "/up");
    await(device.subscribe(id + "/down", Qos.AT_LEAST_ONCE));
    await(device.sleep(Duration.ofMinutes(5)));
    BlockingClient other = other();
    other.publish(message(id + "/down", 1, "1"));
    await(device.connect());
    assertThat(device.isActive()).isTrue();
    assertThat(next().text()).isEqualTo("1");
    await(device.publish(DeviceMessage.of(id + "/up", "2")));
    assertThat(nextOfOther().text()).isEqualTo("2");
    await(device.sleep(Duration.ofMinutes(5)));
    other.publish(message(id + "/down", 1, "3"));
    await(device.wake());
    assertThat(heard.stream().map(DeviceMessage::text)).containsExactly("3");
  }

  @Test
  void aSleeperHearsAllWhereDatagramsAreLost() throws Exception {
    FaultyTransport way = new FaultyTransport(way()).losesOneIn(4);
    MqttSnClient device = connected(device(way));
    await(device.subscribe(id + "/#", Qos.EXACTLY_ONCE));
    await(device.sleep(Duration.ofMinutes(5)));
    BlockingClient other = other();
    for (int i = 0; i < 6; i++) {
      other.publish(message(id + "/" + i % 2, 2, "m" + i));
    }
    await(device.wake());
    assertThat(heard.stream().map(DeviceMessage::text))
        .containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
  }

  // ---------------------------------------------------------------- the Will

  @Test
  void theWillOfALostDeviceIsPublished() throws Exception { // 6.3, 6.4
    other(id + "/will");
    FaultyTransport way = new FaultyTransport(way());
    MqttSnClient device =
        connected(
            device(way)
                .keepAlive(Duration.ofSeconds(4)) // it is lost after six
                .will(DeviceMessage.of(id + "/will", "early")));
    await(device.changeWill(DeviceMessage.of(id + "/will", "late")));
    way.cut();
    assertThat(nextOfOther().text()).isEqualTo("late");
  }

  @Test
  void whoSaysGoodbyeLeavesNoWill() throws Exception {
    BlockingClient other = other(id + "/+");
    MqttSnClient device = connected(device(way()).will(DeviceMessage.of(id + "/will", "gone")));
    await(device.removeWill());
    await(device.disconnect());
    other.publish(message(id + "/end", 1, "end"));
    assertThat(nextOfOther().text()).isEqualTo("end");
  }

  // ---------------------------------------------------------------- the gateway

  @Test
  void gatewaysAreFound() throws Exception { // 6.1
    int port = broker.port(Listening.Kind.SN);
    List<FoundGateway> found =
        await(MqttSnClient.search(SnTransport.udpGroup("127.0.0.1", port), Duration.ofSeconds(2)));
    assertThat(found).containsExactly(new FoundGateway(1, "127.0.0.1:" + port));
  }

  @Test
  void aBrokerThatGoesSaysSo() throws Exception {
    try (EmbeddedBroker passing = EmbeddedBroker.start(SETTINGS)) {
      int port = passing.port(Listening.Kind.SN);
      connected(device(SnTransport.udp("127.0.0.1", port)));
    }
    MqttSnException why = losses.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(why).isNotNull();
    assertThat(why.kind()).isEqualTo(MqttSnException.Kind.DISCONNECTED);
  }

  @Test
  void aGatewayThatDoesNotAnswerIsLost() throws Exception {
    FaultyTransport way = new FaultyTransport(way());
    MqttSnClient device = connected(device(way).retry(Duration.ofMillis(100), 2));
    way.cut();
    assertThatThrownBy(() -> await(device.publish(DeviceMessage.of("ab", "x"))))
        .hasMessage("the gateway does not answer PUBLISH");
    assertThat(losses.poll(SECONDS, TimeUnit.SECONDS))
        .hasMessage("the gateway does not answer PUBLISH");
    assertThat(device.isActive()).isFalse();
  }

  @Test
  void whereNobodyListensNobodyWaits() {
    MqttSnClient device = device(SnTransport.udp("127.0.0.1", 9)).build();
    open.add(device);
    assertThatThrownBy(() -> await(device.connect()))
        .isInstanceOf(MqttSnException.class)
        .hasMessage("nobody listens there");
  }

  @Test
  void aNameThatNobodyHasIsNotReached() {
    MqttSnClient device = device(SnTransport.udp("no-such-host.invalid", 10_000)).build();
    open.add(device);
    CompletableFuture<Void> connected = device.connect();
    CompletableFuture<Void> published = device.publish(DeviceMessage.of("ab", "x"));
    CompletableFuture<Void> minus = device.publishWithoutConnection(DeviceMessage.of("ab", "x"));
    for (CompletableFuture<Void> each : List.of(connected, published, minus)) {
      assertThatThrownBy(() -> await(each))
          .isInstanceOf(MqttSnException.class)
          .hasMessage("no such host: no-such-host.invalid");
    }
  }

  @Test
  void whatWaitsEndsWithTheClient() throws Exception {
    FaultyTransport way = new FaultyTransport(way());
    MqttSnClient device = connected(device(way));
    way.cut();
    CompletableFuture<Void> published = device.publish(DeviceMessage.of("ab", "x"));
    device.close();
    assertThatThrownBy(published::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("the client is closed");
    assertThatThrownBy(() -> await(device.connect())).hasMessage("the client is closed");
    device.close();
    assertThat(losses).isEmpty();
  }

  @Test
  void whoComesWithTheSameIdTakesOver() throws Exception {
    MqttSnClient first = connected();
    await(first.publish(DeviceMessage.of("ab", "x"))); // no copy of its CONNECT is on its way
    MqttSnClient second = connected(); // takes over
    MqttSnException why = losses.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(why).isNotNull();
    assertThat(why.kind()).isEqualTo(MqttSnException.Kind.DISCONNECTED);
    assertThat(first.isActive()).isFalse();
    assertThat(second.isActive()).isTrue();
  }
}
