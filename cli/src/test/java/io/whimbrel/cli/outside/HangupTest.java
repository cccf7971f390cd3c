package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What SIGHUP does to the process that its users run. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@DisabledOnOs(OS.WINDOWS)
class HangupTest {
  @TempDir Path directory;

  private Path config;
  private Path audit;
  private BrokerProcess broker;

  @BeforeEach
  void start() throws Exception {
    audit = directory.resolve("audit.jsonl");
    config = directory.resolve("broker.yaml");
    write("limits: {slice-max: 900}");
    broker =
        BrokerProcess.start(
            directory.resolve("data"),
            "--config",
            config.toString(),
            "--limit",
            "in-flight-max=50");
    assumeFalse(
        broker.out().stream().anyMatch(line -> line.contains("SIGHUP is ignored")),
        "the build itself runs with SIGHUP ignored");
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void everythingIsReadAgainForClientsThatAreConnectedToo() throws Exception {
    try (Wire client = connected()) {
      assertThat(published(client, "a/b/c")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);

      write("limits: {topic-levels-max: 2, in-flight-max: 10, output-bytes-max: 2MiB}");
      broker.signal("HUP");
      broker.awaitLine("everything read again, in force from now on: " + config);
      broker.awaitLine("limits.output-bytes-max: 1MiB stays, 2MiB (" + config);

      client.send(message("a/b/c"));
      assertThat(((Disconnect) client.next()).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
    }
    assertThat(broker.out())
        .as("a flag still beats the file")
        .noneMatch(line -> line.contains("in-flight-max"));
    broker.stopInGoodOrder();
  }

  @Test
  void theLevelOfTheLogFollows() throws Exception {
    write("log: {level: error, audit-file: " + audit + "}");
    broker.signal("HUP");
    broker.await("the audit log says it", () -> audited("reloaded"));
    connected().close();
    broker.await("the client has left", () -> audited("disconnected"));

    assertThat(broker.out()).noneMatch(line -> line.contains(" connected from "));
    broker.stopInGoodOrder();
  }

  @Test
  void aMistakeChangesNothingAndTheBrokerGoesOn() throws Exception {
    write("limits: {topic-levels-max: 1, slice-max: many}\nnonsense: 1");
    broker.signal("HUP");
    broker.awaitLine(
        "everything NOT read again, the old stays in force: " + config + ":1: limits.");
    broker.awaitLine("'nonsense': no such key");

    try (Wire client = connected()) {
      assertThat(published(client, "a/b/c")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }
    assertThat(broker.metric("whimbrel_reloads_refused_total")).isPositive();
    assertThat(broker.metric("whimbrel_reloads_total")).isZero();
    broker.terminate();
    assertThat(broker.exitCode()).isZero();
  }

  @Test
  void aConfigurationThatIsGoneIsAMistake() throws Exception {
    Files.delete(config);
    broker.signal("HUP");

    broker.awaitLine(config + ": there is no such file");
    broker.terminate();
    assertThat(broker.exitCode()).isZero();
  }

  private void write(String text) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), text + "\n");
    Files.move(next, config, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private boolean audited(String event) {
    try {
      return Files.exists(audit) && Files.readString(audit).contains("\"event\":\"" + event + "\"");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Wire connected() throws IOException {
    Wire wire = new Wire(broker, ProtocolVersion.MQTT_5);
    wire.send(Wire.connect(ProtocolVersion.MQTT_5, "wire"));
    assertThat(((Connack) wire.next()).reason()).isEqualTo(ReasonCode.SUCCESS);
    return wire;
  }

  private static ReasonCode published(Wire client, String topic) throws IOException {
    client.send(message(topic));
    return ((Puback) client.next()).reason();
  }

  private static Publish message(String topic) {
    return new Publish(
        false, Qos.AT_LEAST_ONCE, false, TopicName.of(topic), 1, Properties.NONE, new byte[0]);
  }
}
