package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of clients that break the rules, and two that do not notice. {@code
 * -Dwhimbrel.storm=100000} says how many, {@code -Dwhimbrel.storm.seed} which.
 */
class MalformedStormTest {
  private static final int OFFENDERS = Integer.getInteger("whimbrel.storm", 10_000);
  private static final long SEED = Long.getLong("whimbrel.storm.seed", 1);
  private static final int THREADS = 4;
  private static final int WARM_UP = 1_000;
  private static final double HEAP_GROWTH_MAX = 8_000_000;
  private static final String TOPIC = "well/behaved";

  private static final String CONFIGURATION =
      """
      sys-topics:
        interval: 0 # they are retained messages that change
      limits:
        receive-maximum: RECEIVE_MAXIMUM
        packet-size-max: PACKET_SIZE_MAX
      """
          .replace("RECEIVE_MAXIMUM", Integer.toString(Offences.RECEIVE_MAXIMUM))
          .replace("PACKET_SIZE_MAX", Integer.toString(Offences.PACKET_SIZE_MAX));

  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private BrokerProcess broker;

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void wellBehavedClientsLoseNothingAndNothingGrows(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("storm.yaml"), CONFIGURATION);
    broker = BrokerProcess.start(directory.resolve("data"), "--config", file.toString());
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService talkers = Executors.newFixedThreadPool(THREADS + 1);
    try (Hivemq5Party listener = new Hivemq5Party(broker, "listener", false);
        Hivemq5Party speaker = new Hivemq5Party(broker, "speaker", true)) {
      listener.connect();
      listener.subscribe(TOPIC, 2);
      speaker.connect();
      Future<Integer> said = talkers.submit(() -> speak(speaker, over));
      storm(talkers, WARM_UP, SEED - 1);
      Level before = level();

      storm(talkers, OFFENDERS, SEED);
      Level after = level();
      over.set(true);

      assertThat(wrong).as("of %s offenders with seed %s", OFFENDERS, SEED).isEmpty();
      int count = said.get(BrokerProcess.PATIENCE_SECONDS, TimeUnit.SECONDS);
      for (int i = 0; i < count; i++) {
        assertThat(listener.next().text()).isEqualTo(Integer.toString(i));
      }
      assertThat(after.counts()).isEqualTo(before.counts());
      assertThat(after.heapBytes() - before.heapBytes()).isLessThan(HEAP_GROWTH_MAX);
      assertThat(broker.metric("whimbrel_internal_errors_total")).isZero();
      assertThat(broker.metric("whimbrel_connections_opened_total")).isGreaterThan(OFFENDERS);
    } finally {
      over.set(true);
      talkers.shutdownNow();
    }
    broker.stopInGoodOrder();
  }

  /** Publishes numbers until it is over; says how many. */
  private static int speak(Party speaker, AtomicBoolean over) throws Exception {
    int count = 0;
    while (!over.get()) {
      speaker.publish(TOPIC, Integer.toString(count), 2, false);
      count++;
    }
    return count;
  }

  // ---------------------------------------------------------------- what is there

  private record Level(List<Double> counts, double heapBytes) {}

  /** What the broker holds, once it has noticed that the offenders are gone. */
  private Level level() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BrokerProcess.PATIENCE_SECONDS);
    while (broker.metric("whimbrel_connections") != 2 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    List<Double> counts = new ArrayList<>();
    for (String name :
        List.of(
            "whimbrel_connections",
            "whimbrel_clients",
            "whimbrel_sessions",
            "whimbrel_subscriptions",
            "whimbrel_retained_messages",
            "whimbrel_retained_bytes")) {
      counts.add(broker.metric(name));
    }
    return new Level(counts, broker.heapBytes());
  }

  // ---------------------------------------------------------------- the storm

  private void storm(ExecutorService threads, int offenders, long seed) throws Exception {
    List<Callable<Void>> shares = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      long mine = seed * THREADS + thread;
      shares.add(
          () -> {
            Offences offences = new Offences(mine);
            for (int i = 0; i < offenders / THREADS && wrong.size() < 20; i++) {
              Offence offence = offences.next();
              String verdict = offend(offence);
              if (!verdict.isEmpty()) {
                wrong.add(offence + " -> " + verdict);
              }
            }
            return null;
          });
    }
    List<Future<Void>> running = new ArrayList<>();
    for (Callable<Void> share : shares) {
      running.add(threads.submit(share));
    }
    for (Future<Void> each : running) {
      each.get();
    }
  }

  /** What was wrong with the broker's answer; empty where nothing was. */
  private String offend(Offence offence) throws IOException {
    ProtocolVersion version = offence.version();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    if (version != null) {
      all.writeBytes(Wire.bytes(Wire.connect(version, clientId(version)), version));
    }
    all.writeBytes(offence.bytes());
    try (Wire wire = new Wire(broker, version == null ? ProtocolVersion.MQTT_5 : version)) {
      wire.send(all.toByteArray());
      return version == null ? judgeOpening(wire) : judge(offence, wire.rest());
    } catch (ProtocolErrorException nonsense) {
      return "an answer that breaks the rules: " + nonsense.explanation();
    } catch (SocketTimeoutException patient) {
      return "the connection stays open";
    }
  }

  private static String clientId(ProtocolVersion version) {
    return version == ProtocolVersion.MQTT_3_1 ? "o" + Thread.currentThread().getId() : "";
  }

  /**
   * Before CONNECT is complete: at most a CONNACK that refuses, in whichever version, then close.
   */
  private static String judgeOpening(Wire wire) throws IOException {
    byte[] answer = wire.restOfBytes();
    boolean silent = answer.length == 0;
    boolean refused =
        answer.length >= 4
            && answer[0] == 0x20
            && answer[1] == answer.length - 2
            && answer[2] == 0
            && answer[3] != 0;
    return silent || refused ? "" : "an offender is told " + HexFormat.of().formatHex(answer);
  }

  private static String judge(Offence offence, List<Packet> answers) {
    if (answers.isEmpty() || answers.get(0).type() != PacketType.CONNACK) {
      return "no CONNACK but " + answers;
    }
    ReasonCode connected = ((Connack) answers.get(0)).reason();
    if (connected != ReasonCode.SUCCESS) {
      return "CONNACK " + connected;
    }
    Packet last = answers.get(answers.size() - 1);
    if (!offence.version().isFive()) {
      return last.type() == PacketType.DISCONNECT ? "a DISCONNECT in 3.x" : "";
    }
    boolean told =
        last.type() == PacketType.DISCONNECT
            && offence.reasons().contains(((Disconnect) last).reason());
    return told ? "" : "expected " + offence.reasons() + " but was told " + last;
  }
}
