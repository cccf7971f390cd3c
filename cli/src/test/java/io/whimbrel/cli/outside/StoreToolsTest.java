package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tools for a data directory beside a broker that runs, and after it was killed. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class StoreToolsTest {
  private static final int MESSAGES = 50;

  @TempDir Path directory;

  private BrokerProcess broker;

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void aBackupOfARunningBrokerStartsAnotherWithAllThatWasAcknowledged() throws Exception {
    Path data = directory.resolve("data");
    Path backup = directory.resolve("backup");
    broker = BrokerProcess.start(data);
    subscribeAndLeave("reader");
    publish(MESSAGES);

    List<String> stats = tool(0, "stats", "--data-dir", data.toString());
    assertThat(stats.get(0)).endsWith("; in use by process " + broker.pid());
    assertThat(stats).contains("  reader                         50, 5,150 bytes");
    assertThat(tool(1, "check", "--data-dir", data.toString()))
        .containsExactly(
            "whimbrel: data directory " + data + " is in use by process " + broker.pid());

    assertThat(tool(0, "backup", "--data-dir", data.toString(), backup.toString()))
        .singleElement()
        .asString()
        .startsWith(backup + " is a backup up to batch ");
    publish(1); // is not in it
    broker.stopInGoodOrder();

    assertThat(tool(0, "check", "--data-dir", backup.toString()))
        .last()
        .isEqualTo("All that was promised is there.");
    broker = BrokerProcess.start(backup);
    assertThat(read("reader")).isEqualTo(MESSAGES);
  }

  @Test
  void whatAKilledBrokerLeavesIsSoundAndMovesByExportAndImport() throws Exception {
    Path data = directory.resolve("data");
    Path other = directory.resolve("other");
    Path lines = directory.resolve("store.jsonl");
    broker = BrokerProcess.start(data);
    subscribeAndLeave("reader");
    publish(MESSAGES);
    broker.signal("KILL");
    broker.exitCode();

    assertThat(tool(0, "check", "--data-dir", data.toString()))
        .last()
        .isEqualTo("All that was promised is there.");
    tool(0, "export", "--data-dir", data.toString(), lines.toString());
    tool(0, "import", "--data-dir", other.toString(), lines.toString());
    broker = BrokerProcess.start(other);
    assertThat(read("reader")).isEqualTo(MESSAGES);
  }

  /** What a tool prints, on both streams. */
  private static List<String> tool(int exitCode, String... arguments) throws Exception {
    String[] all = new String[arguments.length + 1];
    all[0] = "store";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try (BrokerProcess tool = BrokerProcess.run(all)) {
      assertThat(tool.exitCode()).as(() -> tool.out() + " " + tool.err()).isEqualTo(exitCode);
      return exitCode == 0 ? tool.out() : tool.err();
    }
  }

  private Mqtt5BlockingClient client(String id) {
    return Mqtt5Client.builder()
        .identifier(id)
        .serverHost("127.0.0.1")
        .serverPort(broker.tcpPort())
        .buildBlocking();
  }

  private void subscribeAndLeave(String id) {
    Mqtt5BlockingClient reader = client(id);
    reader.connectWith().cleanStart(false).sessionExpiryInterval(3600).send();
    reader.subscribeWith().topicFilter("news").qos(MqttQos.AT_LEAST_ONCE).send();
    reader.disconnect();
  }

  private void publish(int count) {
    Mqtt5BlockingClient writer = client("writer");
    writer.connect();
    for (int i = 0; i < count; i++) {
      writer
          .publishWith()
          .topic("news")
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(String.format(Locale.ROOT, "%03d", i).getBytes(StandardCharsets.UTF_8))
          .send();
    }
    writer.disconnect();
  }

  /** How many messages wait for a client. */
  private int read(String id) throws Exception {
    Mqtt5BlockingClient reader = client(id);
    try (Mqtt5BlockingClient.Mqtt5Publishes messages =
        reader.publishes(MqttGlobalPublishFilter.ALL)) {
      reader.connectWith().cleanStart(false).sessionExpiryInterval(3600).send();
      publishEnd();
      int count = 0;
      while (true) {
        byte[] payload = messages.receive(60, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes();
        if (new String(payload, StandardCharsets.UTF_8).equals("end")) {
          return count;
        }
        count++;
      }
    } finally {
      reader.disconnect();
    }
  }

  private void publishEnd() {
    Mqtt5BlockingClient writer = client("writer");
    writer.connect();
    writer
        .publishWith()
        .topic("news")
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload("end".getBytes(StandardCharsets.UTF_8))
        .send();
    writer.disconnect();
  }
}
