package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to those who take more than a share, as they and others see it. */
class GuardTest {
  private static final String BRAKED = "whimbrel_brakes_total{reason=\"rate\"}";

  private static final String UNFINISHED = "whimbrel_unfinished_bytes";

  // The password is "gr8 pass"; by mosquitto_passwd.
  private static final String ALICE =
      "alice:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";

  @ParameterizedTest
  @ValueSource(strings = {"rates.publishes-per-client-max", "rates.publishes-per-address-max"})
  void aFastPublisherIsSlowedAndLosesNothing(String rate) throws Exception {
    int messages = 14;
    try (TestBroker broker = new TestBroker(rate, "10");
        RawClient from = RawClient.connected(broker.port(), MQTT_5, "from");
        RawClient to = RawClient.connected(broker.port(), MQTT_5, "to")) {
      to.subscribe("t", Qos.AT_MOST_ONCE);
      from.sendBytes(messages(messages));

      for (int i = 0; i < messages; i++) {
        assertThat(to.read(Publish.class).payload()).containsExactly(i);
      }
      assertThat(broker.metric(BRAKED)).isPositive();
      from.send(Pingreq.INSTANCE);
      from.read(Pingresp.class);
    }
  }

  @Test
  void whoPublishesWithinItsRateIsReadAsEver() throws Exception {
    try (TestBroker broker = new TestBroker("rates.publishes-per-client-max", "10");
        RawClient from = RawClient.connected(broker.port(), MQTT_5, "from")) {
      from.subscribe("t", Qos.AT_MOST_ONCE);
      from.sendBytes(messages(9));
      for (int i = 0; i < 9; i++) {
        from.read(Publish.class);
      }

      assertThat(broker.metric(BRAKED)).isZero();
    }
  }

  @Test
  void aLargeMessageComesAtTheRateOfItsBytes() throws Exception {
    byte[] payload = new byte[60 * 1024];
    payload[payload.length - 1] = 7;
    try (TestBroker broker = new TestBroker("rates.bytes-per-client-max", "50KiB");
        RawClient from = RawClient.connected(broker.port(), MQTT_5, "from");
        RawClient to = RawClient.connected(broker.port(), MQTT_5, "to")) {
      to.subscribe("t", Qos.AT_MOST_ONCE);
      from.publish("t", payload, Qos.AT_MOST_ONCE, 0);

      assertThat(to.read(Publish.class).payload()).isEqualTo(payload);
      broker.awaitMetric(BRAKED, brakes -> brakes > 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, BANNED", "MQTT_3_1_1, NOT_AUTHORIZED", "MQTT_3_1, NOT_AUTHORIZED"})
  void whoGuessesIsNotHeardAnyMore(
      ProtocolVersion version, ReasonCode answer, @TempDir Path directory) throws Exception {
    try (TestBroker broker = withPasswords(directory, "logins.ban", "1h")) {
      for (int i = 0; i < 3; i++) {
        assertThat(login(broker, version, "wrong")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      }

      assertThat(login(broker, version, "gr8 pass")).isEqualTo(answer);
      assertThat(broker.metric("whimbrel_bans_total{of=\"user\"}")).isEqualTo(1);
      assertThat(broker.metric("whimbrel_logins_failed_total")).isEqualTo(3);
      assertThat(broker.metric("whimbrel_logins_banned_total")).isEqualTo(1);
    }
  }

  @Test
  void aBanIsOverAfterItsTime(@TempDir Path directory) throws Exception {
    try (TestBroker broker = withPasswords(directory, "logins.ban", "1s")) {
      for (int i = 0; i < 3; i++) {
        login(broker, MQTT_5, "wrong");
      }

      TestBroker.await(
          "the end of the ban",
          () -> {
            try {
              return login(broker, MQTT_5, "gr8 pass") == ReasonCode.SUCCESS;
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      assertThat(broker.metric("whimbrel_bans_total{of=\"user\"}")).isEqualTo(1);
    }
  }

  @Test
  void aFailedLoginIsKeptWaitingWhileOthersComeIn(@TempDir Path directory) throws Exception {
    try (TestBroker broker =
            withPasswords(directory, "logins.failure-delay", "1m", "limits.connect-timeout", "1h");
        RawClient wrong = new RawClient(broker.port(), MQTT_5)) {
      wrong.send(packet(MQTT_5, "wrong"));
      broker.awaitMetric("whimbrel_logins_delayed", delayed -> delayed == 1);

      assertThat(login(broker, MQTT_5, "gr8 pass")).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rates.connections-max, rates.connections-max",
    "rates.connections-per-address-max, rates.connections-per-address-max"
  })
  void aStormOfConnectionsIsTurnedAwayAtTheDoor(String key, String limit) throws Exception {
    String refused = "whimbrel_connections_not_accepted_total{limit=\"" + limit + "\"}";
    List<Socket> sockets = new ArrayList<>();
    try (TestBroker broker = new TestBroker(key, "1")) {
      TestBroker.await(
          "a connection that is refused",
          () -> {
            try {
              sockets.add(new Socket(InetAddress.getLoopbackAddress(), broker.port()));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            return broker.metric(refused) > 0;
          });
      TestBroker.await("one that comes in later", () -> comesIn(broker));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, CONNECTION_RATE_EXCEEDED", "MQTT_3_1_1, SERVER_UNAVAILABLE"})
  void aClientThatFlapsIsRefusedAndOthersAreNot(ProtocolVersion version, ReasonCode answer)
      throws Exception {
    try (TestBroker broker =
        new TestBroker("rates.connects-per-client-max", "2", "rates.client-pause", "1h")) {
      for (int i = 0; i < 2; i++) {
        assertThat(connect(broker, version, "flaps")).isEqualTo(ReasonCode.SUCCESS);
      }

      assertThat(connect(broker, version, "flaps")).isEqualTo(answer);
      assertThat(connect(broker, version, "other")).isEqualTo(ReasonCode.SUCCESS);
      assertThat(broker.metric("whimbrel_bans_total{of=\"client\"}")).isEqualTo(1);
    }
  }

  /** A CONNECT, or the PUBLISH of a client that was let in, of which half is missing. */
  private enum Half {
    CONNECT,
    PUBLISH;

    RawClient of(TestBroker broker, int number) throws IOException {
      byte[] half = new byte[30 * 1024];
      RawClient client;
      if (this == CONNECT) {
        client = new RawClient(broker.port(), MQTT_5);
        byte[] head = {0x10, (byte) 0x80, (byte) 0xE0, 3, 0, 4, 'M', 'Q', 'T', 'T', 5, 2};
        System.arraycopy(head, 0, half, 0, head.length);
      } else {
        client = RawClient.connected(broker.port(), MQTT_5, "half " + number);
        byte[] head = {0x30, (byte) 0x80, (byte) 0xE0, 3, 0, 1, 't', 0};
        System.arraycopy(head, 0, half, 0, head.length);
      }
      client.sendBytes(half);
      return client;
    }
  }

  @ParameterizedTest
  @EnumSource
  void halfPacketsTakeNoMoreMemoryThanTheyMayAndHarmNobody(Half half) throws Exception {
    int max = 512 * 1024;
    int packetMax = 128 * 1024;
    int attackers = 60; // with 1.8 MiB
    byte[] payload = new byte[100 * 1024];
    List<RawClient> all = new ArrayList<>();
    try (TestBroker broker =
            new TestBroker(
                "listeners.event-loops",
                "2",
                "limits.packet-size-max",
                Integer.toString(packetMax),
                "limits.connect-timeout",
                "1h",
                "overload.unfinished-bytes-max",
                Integer.toString(max));
        RawClient canary = RawClient.connected(broker.port(), MQTT_5, "canary")) {
      canary.subscribe("t", Qos.AT_MOST_ONCE);
      for (int i = 0; i < attackers; i++) {
        all.add(half.of(broker, i));
        canary.publish("t", payload, Qos.AT_MOST_ONCE, 0);
        assertThat(canary.read(Publish.class).payload()).hasSize(payload.length);
        assertThat(broker.metric(UNFINISHED)).isLessThan(max + packetMax);
      }

      broker.awaitMetric("whimbrel_abandoned_total", abandoned -> abandoned >= 40);
      broker.awaitMetric(UNFINISHED, bytes -> bytes <= max);
      for (RawClient one : all) {
        one.close();
      }
      broker.awaitMetric(UNFINISHED, bytes -> bytes == 0);
    }
  }

  // ---------------------------------------------------------------- clients

  private static byte[] messages(int count) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      all.writeBytes(new byte[] {0x30, 5, 0, 1, 't', 0, (byte) i});
    }
    return all.toByteArray();
  }

  private static TestBroker withPasswords(Path directory, String... more) throws Exception {
    Path file = Files.writeString(directory.resolve("passwords"), ALICE);
    String[] all = new String[more.length + 4];
    all[0] = "auth.password-file";
    all[1] = file.toString();
    all[2] = "logins.failures-max";
    all[3] = "3";
    System.arraycopy(more, 0, all, 4, more.length);
    return new TestBroker(all);
  }

  private static ReasonCode login(TestBroker broker, ProtocolVersion version, String password)
      throws IOException {
    try (RawClient client = new RawClient(broker.port(), version)) {
      client.send(packet(version, password));
      return client.read(Connack.class).reason();
    }
  }

  private static Connect packet(ProtocolVersion version, String password) {
    byte[] secret = password.getBytes(UTF_8);
    return new Connect(version, true, 0, Properties.NONE, "c", null, "alice", secret);
  }

  private static ReasonCode connect(TestBroker broker, ProtocolVersion version, String clientId)
      throws IOException {
    try (RawClient client = new RawClient(broker.port(), version)) {
      client.send(RawClient.connect(version, clientId));
      return client.read(Connack.class).reason();
    }
  }

  private static boolean comesIn(TestBroker broker) {
    try {
      return connect(broker, MQTT_3_1_1, "later") == ReasonCode.SUCCESS;
    } catch (IOException closed) {
      return false;
    }
  }
}
