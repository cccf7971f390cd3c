package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.client.MqttClient;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A publisher is killed over and over while it sends numbered messages through an outbox on disk:
 * what it was told is safe arrives, and of QoS 2 nothing arrives twice. {@code
 * -Dwhimbrel.kills=300} for more of it.
 */
final class OutboxKillTest {
  private static final int KILLS = Integer.getInteger("whimbrel.kills", 6);

  @TempDir private Path directory;

  @Test
  void nothingThatWasSafeIsMissingAndNothingOfQos2ComesTwice() throws Exception {
    Map<String, AtomicInteger> heard = new ConcurrentHashMap<>();
    Set<String> safe = new ConcurrentSkipListSet<>();
    Random random = new Random(1);
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        MqttClient listener =
            MqttClient.to(broker.uri())
                .clientId("listener")
                .sessionExpiry(Duration.ofHours(1))
                .build()) {
      listener.handle(
          "n/#",
          message ->
              heard
                  .computeIfAbsent(message.topic() + " " + message.text(), k -> new AtomicInteger())
                  .incrementAndGet());
      listener.blocking().connect();
      listener.blocking().subscribe(Subscription.of("n/#", Qos.EXACTLY_ONCE));
      for (int run = 0; run < KILLS; run++) {
        kill(publisher(broker, run, "for ever"), random, safe);
      }
      Process last = publisher(broker, KILLS, "until all is sent");
      read(last, safe);
      assertThat(last.waitFor()).isZero();
      awaitAll(heard, safe);
    }
    assertThat(safe).isNotEmpty();
    assertThat(heard.keySet()).as("what was safe has arrived").containsAll(safe);
    assertThat(
            heard.entrySet().stream()
                .filter(each -> each.getKey().startsWith("n/2"))
                .filter(each -> each.getValue().get() > 1)
                .map(Map.Entry::getKey))
        .as("QoS 2 that came twice")
        .isEmpty();
  }

  /** Gives what was sent last the time to come; what does not is missed by the assertion. */
  private static void awaitAll(Map<String, AtomicInteger> heard, Set<String> safe)
      throws InterruptedException {
    for (int i = 0; i < 2_000 && !heard.keySet().containsAll(safe); i++) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  private Process publisher(EmbeddedBroker broker, int run, String until) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(NumberedPublisher.class.getName());
    command.addAll(List.of(broker.uri(), directory.resolve("outbox").toString(), "r" + run, until));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Lets it go on for a while after its first words, and kills it. */
  private static void kill(Process publisher, Random random, Set<String> safe) throws Exception {
    Thread reader = new Thread(() -> read(publisher, safe));
    int before = safe.size();
    reader.start();
    while (safe.size() == before && publisher.isAlive()) {
      LockSupport.parkNanos(5_000_000);
    }
    LockSupport.parkNanos(random.nextInt(400) * 1_000_000L); // when it is killed is the test
    publisher.destroyForcibly().waitFor();
    reader.join();
  }

  private static void read(Process publisher, Set<String> safe) {
    try (BufferedReader lines = publisher.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.endsWith(".")) { // whole
          safe.add(line.substring(0, line.length() - 1));
        }
      }
    } catch (IOException killed) {
      // in the middle of a line
    }
  }
}
