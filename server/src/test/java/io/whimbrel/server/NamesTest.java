package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client Identifiers and topics that look like others, or like something else than a name. */
class NamesTest {
  private static final List<String> NAMES =
      List.of(
          "x",
          "X",
          "x ",
          " x",
          "x/",
          "/x",
          "x:",
          "x\u0001",
          "x\u0301",
          "\u00e9",
          "e\u0301",
          "\u0445", // Cyrillic
          "\uff58", // fullwidth
          "x\u200b",
          "\ufeffx",
          "x\uffff",
          "x%00",
          "x\\0",
          "x/y",
          "x/y/",
          "x/yz",
          "x/y\u0001z",
          "..",
          ".",
          "../../etc/passwd",
          "/etc/passwd",
          "..\\..\\etc\\passwd",
          "%2e%2e%2fpasswd",
          "CURRENT",
          "$share/g/x",
          "😀",
          "x".repeat(60_000));

  @TempDir Path directory;

  @Test
  void keepSessionsAndMessagesApartAlsoOverARestart() throws Exception {
    Path data = Files.createDirectories(directory.resolve("a/b/data"));
    List<Path> before = outside(data);
    try (TestBroker broker = new TestBroker("data-dir", data.toString())) {
      for (String name : NAMES) {
        try (RawClient client = connected(broker, name, true)) {
          client.subscribe(topic(name), Qos.AT_LEAST_ONCE);
        }
      }
      publishToAll(broker, "before");
    }
    try (TestBroker broker = new TestBroker("data-dir", data.toString())) {
      publishToAll(broker, "after");
      for (String name : NAMES) {
        try (RawClient client = connected(broker, name, false)) {
          assertThat(next(client)).isEqualTo("before " + name);
          assertThat(next(client)).isEqualTo("after " + name);
          client.send(Pingreq.INSTANCE);
          client.read(Pingresp.class); // and nothing else
        }
      }
      assertThat(broker.metric("whimbrel_sessions")).isEqualTo(NAMES.size());
      assertThat(broker.metric("whimbrel_retained_messages")).isPositive();
    }
    assertThat(outside(data)).isEqualTo(before);
  }

  /** Retained as well, so that the topic is a key of the store. */
  private static void publishToAll(TestBroker broker, String what) throws IOException {
    try (RawClient publisher =
        RawClient.connected(broker.port(), ProtocolVersion.MQTT_5, "publisher")) {
      for (String name : NAMES) {
        byte[] payload = (what + " " + name).getBytes(StandardCharsets.UTF_8);
        publisher.send(
            new Publish(
                false,
                Qos.AT_LEAST_ONCE,
                true,
                TopicName.of(topic(name)),
                1,
                Properties.NONE,
                payload));
        publisher.read(Puback.class);
      }
    }
  }

  /** The name itself where a client may publish there. */
  private static String topic(String name) {
    return name.startsWith("$") ? "of/" + name : name;
  }

  private static String next(RawClient client) throws IOException {
    Publish publish = client.read(Publish.class);
    client.send(new Puback(publish.packetId(), ReasonCode.SUCCESS));
    return new String(publish.payload(), StandardCharsets.UTF_8);
  }

  private static RawClient connected(TestBroker broker, String clientId, boolean anew)
      throws IOException {
    Properties properties =
        Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 3600).build();
    RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5);
    client.send(
        new Connect(ProtocolVersion.MQTT_5, anew, 0, properties, clientId, null, null, null));
    assertThat(client.read(Connack.class).sessionPresent()).as(clientId).isEqualTo(!anew);
    return client;
  }

  /** All there is around the broker's own directory. */
  private List<Path> outside(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> !file.startsWith(data)).sorted().toList();
    }
  }
}
