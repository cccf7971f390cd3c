package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A broker that has no descriptor left, while its files change. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@EnabledOnOs(OS.LINUX)
class DescriptorsTest {
  private static final int DESCRIPTORS = 400;

  @TempDir Path directory;

  @Test
  void rightsHoldWhereNoFileCanBeOpened() throws Exception {
    Path rights = Files.writeString(directory.resolve("acl"), "topic mine/#\n");
    Path config =
        Files.writeString(
            directory.resolve("broker.yaml"),
            "auth: {acl-file: " + rights + "}\nlimits: {connect-timeout: 2m}\n");
    List<Socket> sockets = new ArrayList<>();
    try (BrokerProcess broker =
            BrokerProcess.startWithDescriptors(
                DESCRIPTORS,
                directory.resolve("data"),
                List.of("--port", "any", "--ws-port", "0", "--config", config.toString()));
        Wire client = connected(broker)) {
      assertThat(published(client, "mine/a")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      assertThat(published(client, "other/a")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      while (sockets.size() < DESCRIPTORS) { // what it cannot take waits in the kernel
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), broker.tcpPort()));
      }
      awaitDescriptors(broker, DESCRIPTORS);

      Files.writeString(rights, "topic other/#\n");
      broker.awaitLine("NOT read again, the old stays in force: ");
      assertThat(published(client, "mine/a")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      assertThat(published(client, "other/a")).isEqualTo(ReasonCode.NOT_AUTHORIZED);

      for (Socket socket : sockets) {
        socket.close();
      }
      connected(broker).close();
      Files.writeString(rights, "topic other/#\ntopic more/#\n");
      broker.awaitLine("read again, in force from now on: ");
      assertThat(published(client, "mine/a")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(published(client, "more/a")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      broker.terminate();
      assertThat(broker.exitCode()).isZero();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void awaitDescriptors(BrokerProcess broker, int count) throws IOException {
    Path open = Path.of("/proc", Long.toString(broker.pid()), "fd");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BrokerProcess.PATIENCE_SECONDS);
    long now = 0;
    while (now < count) {
      try (var each = Files.list(open)) {
        now = each.count();
      }
      assertThat(System.nanoTime()).as(now + " descriptors").isLessThan(deadline);
    }
  }

  private static Wire connected(BrokerProcess broker) throws IOException {
    Wire wire = new Wire(broker, ProtocolVersion.MQTT_5);
    wire.send(Wire.connect(ProtocolVersion.MQTT_5, ""));
    assertThat(((Connack) wire.next()).reason()).isEqualTo(ReasonCode.SUCCESS);
    return wire;
  }

  private static ReasonCode published(Wire client, String topic) throws IOException {
    client.send(
        new Publish(
            false, Qos.AT_LEAST_ONCE, false, TopicName.of(topic), 1, Properties.NONE, new byte[1]));
    return ((Puback) client.next()).reason();
  }
}
