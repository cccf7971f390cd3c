package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpEdgeTest {
  @Test
  void aMessageGoesFromOneClientToAnotherByteForByte() throws Exception {
    try (TestBroker broker = new TestBroker();
        RawClient client = new RawClient(broker.port(), MQTT_3_1_1)) {
      client.sendBytes(
          new byte[] {
            0x10,
            13,
            0,
            4,
            'M',
            'Q',
            'T',
            'T',
            4,
            2,
            0,
            0,
            0,
            1,
            'a', // CONNECT
            (byte) 0x82,
            6,
            0,
            1,
            0,
            1,
            't',
            0, // SUBSCRIBE
            0x30,
            5,
            0,
            1,
            't',
            'h',
            'i' // PUBLISH
          });

      assertThat(client.socket.getInputStream().readNBytes(16))
          .containsExactly(
              0x20, 2, 0, 0, // CONNACK
              0x90, 3, 0, 1, 0, // SUBACK
              0x30, 5, 0, 1, 't', 'h', 'i'); // PUBLISH
    }
  }

  @Test
  void tenMebibytesArriveAsTheyWereSent() throws Exception { // [MQTT-4.2-1]
    byte[] payload = new byte[10 * 1024 * 1024];
    new Random(1).nextBytes(payload);
    try (TestBroker broker = new TestBroker();
        RawClient from = RawClient.connected(broker.port(), MQTT_5, "from");
        RawClient to = RawClient.connected(broker.port(), MQTT_5, "to")) {
      to.subscribe("large", Qos.AT_LEAST_ONCE);
      from.publish("large", payload, Qos.AT_LEAST_ONCE, 1);

      assertThat(to.read(Publish.class).payload()).isEqualTo(payload);
      assertThat(from.read(Puback.class).packetId()).isEqualTo(1);
    }
  }

  @Test
  void whoDoesNotReadIsSparedWhileOthersAreServed() throws Exception {
    byte[] payload = new byte[64 * 1024];
    int messages = 600;
    try (TestBroker broker = new TestBroker();
        RawClient from = RawClient.connected(broker.port(), MQTT_5, "from");
        RawClient slow = RawClient.connected(broker.port(), MQTT_5, "slow");
        RawClient quick = RawClient.connected(broker.port(), MQTT_5, "quick")) {
      slow.subscribe("t", Qos.AT_MOST_ONCE);
      quick.subscribe("t", Qos.AT_MOST_ONCE);
      for (int i = 0; i < messages; i++) {
        from.publish("t", payload, Qos.AT_MOST_ONCE, 0);
        quick.read(Publish.class);
      }

      // What the operating system held for it, and one MiB here; the rest was not kept anywhere.
      broker.awaitMetric(
          "whimbrel_messages_dropped_total{reason=\"slow_consumer\"}",
          dropped -> dropped > messages / 2);
    }
  }

  @Test
  void whoReadsAgainGetsWhatWaited() throws Exception {
    byte[] payload = new byte[256 * 1024];
    int messages = 60;
    try (TestBroker broker = new TestBroker();
        RawClient from = RawClient.connected(broker.port(), MQTT_5, "from");
        RawClient late = RawClient.connected(broker.port(), MQTT_5, "late")) {
      late.subscribe("t", Qos.AT_LEAST_ONCE);
      for (int i = 1; i <= messages; i++) {
        payload[0] = (byte) i;
        from.publish("t", payload, Qos.AT_LEAST_ONCE, i);
        from.read(Puback.class);
      }

      for (int i = 1; i <= messages; i++) {
        Publish publish = late.read(Publish.class);
        assertThat(publish.payload()[0]).isEqualTo((byte) i);
        late.send(new Puback(publish.packetId(), ReasonCode.SUCCESS));
      }
    }
  }

  @Test
  void aFloodOfConnectionsThatSayNothingIsBounded() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try (TestBroker broker = new TestBroker("limits.connections-max", "4")) {
      for (int i = 0; i < 40; i++) {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), broker.port()));
      }

      broker.awaitMetric(
          "whimbrel_connections_not_accepted_total{limit=\"connections-max\"}", n -> n == 20);
      assertThat(broker.metric("whimbrel_connections")).isEqualTo(20);
      for (Socket socket : sockets) {
        socket.close();
      }
      broker.awaitMetric("whimbrel_connections", n -> n == 0);
      RawClient.connected(broker.port(), MQTT_5, "later").close();
    }
  }

  @Test
  void oneAddressHasItsShareOfTheConnections() throws Exception {
    try (TestBroker broker = new TestBroker("listeners.connections-per-address-max", "2");
        RawClient first = RawClient.connected(broker.port(), MQTT_5, "1");
        RawClient second = RawClient.connected(broker.port(), MQTT_5, "2");
        RawClient third = new RawClient(broker.port(), MQTT_5)) {
      third.awaitClosed();
      first.close();
      broker.awaitMetric("whimbrel_connections", n -> n == 1);
      RawClient.connected(broker.port(), MQTT_5, "3").close();
    }
  }

  @Test
  void whoSendsNoConnectInTimeIsClosed() throws Exception {
    try (TestBroker broker = new TestBroker("limits.connect-timeout", "100ms");
        RawClient silent = new RawClient(broker.port(), MQTT_5)) {
      silent.awaitClosed();

      broker.awaitMetric("whimbrel_connects_refused_total{reason=\"server_busy\"}", n -> n == 1);
    }
  }

  @Test
  void aPortInUseIsNamedTogetherWithWhatMovesIt(@TempDir Path directory) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      ServerConfig config =
          ServerConfig.of(
              Map.of(
                  "listeners.tcp-port",
                  port,
                  "listeners.websocket-port",
                  "0",
                  "http.port",
                  "0",
                  "data-dir",
                  directory.toString()));

      assertThatThrownBy(() -> Server.start(config))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "port "
                  + port
                  + " on 127.0.0.1 is in use: stop the program that listens there, or choose"
                  + " another port with --port (listeners.tcp-port)");
    }
  }

  @Test
  void stoppingTellsEveryClientThatItStops() throws Exception {
    TestBroker broker = new TestBroker();
    try (RawClient five = RawClient.connected(broker.port(), MQTT_5, "five");
        RawClient three = RawClient.connected(broker.port(), MQTT_3_1_1, "three")) {
      Thread stopping = new Thread(broker::close, "stopping");
      stopping.start();

      assertThat(five.read(Disconnect.class).reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
      five.awaitClosed();
      three.awaitClosed();
      stopping.join();
      broker.close(); // once more is nothing
    }
  }

  @Test
  void clientsOfTwoLoopsReachEachOther() throws Exception {
    int clients = 6;
    List<RawClient> all = new ArrayList<>();
    try (TestBroker broker = new TestBroker("listeners.event-loops", "2")) {
      for (int i = 0; i < clients; i++) {
        ProtocolVersion version = i % 2 == 0 ? MQTT_5 : MQTT_3_1_1;
        RawClient client = RawClient.connected(broker.port(), version, "c" + i);
        client.subscribe("to/" + i, Qos.AT_LEAST_ONCE);
        all.add(client);
      }
      for (int from = 0; from < clients; from++) {
        for (int to = 0; to < clients; to++) {
          if (from != to) {
            all.get(from).publish("to/" + to, new byte[] {(byte) from}, Qos.AT_LEAST_ONCE, 1);
            all.get(from).read(Puback.class);
            Publish got = all.get(to).read(Publish.class);
            assertThat(got.payload()).containsExactly(from);
            all.get(to).send(new Puback(got.packetId(), ReasonCode.SUCCESS));
          }
        }
      }
      for (RawClient client : all) {
        client.close();
      }
    }
  }

  @Test
  void aClientTakesItsSessionFromOneLoopToTheOther() throws Exception {
    try (TestBroker broker = new TestBroker("listeners.event-loops", "2")) {
      RawClient before = RawClient.connected(broker.port(), MQTT_5, "same");
      for (int i = 0; i < 9; i++) {
        RawClient now = RawClient.connected(broker.port(), MQTT_5, "same");
        assertThat(before.read(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        before.close();
        now.send(Pingreq.INSTANCE);
        now.read(Pingresp.class);
        before = now;
      }
      before.close();
      broker.awaitMetric("whimbrel_takeovers_total", n -> n == 9);
      broker.awaitMetric("whimbrel_clients", n -> n == 0);
    }
  }

  @Test
  void whatAClientSendsAfterTheLastWordIsNotListenedTo() throws Exception {
    try (TestBroker broker = new TestBroker();
        RawClient client = RawClient.connected(broker.port(), MQTT_5, "loud")) {
      client.sendBytes(new byte[] {0x0F, 0}); // packet type 0
      assertThat(client.read(Disconnect.class).reason()).isEqualTo(ReasonCode.MALFORMED_PACKET);
      assertThat(client.socket.getInputStream().read()).isNegative();
      client.sendBytes(RawClient.bytes(RawClient.connect(MQTT_5, "loud"), MQTT_5));
      client.close();
      broker.awaitMetric("whimbrel_connections", n -> n == 0);
    }
  }
}
