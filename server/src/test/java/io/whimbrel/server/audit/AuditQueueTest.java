package io.whimbrel.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.LogLines;
import io.whimbrel.server.rights.Subject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Events between whoever tells them and the file, on one thread. */
class AuditQueueTest {
  private static final long NOON = 1_785_585_600_000L;

  @TempDir Path directory;

  private final Disk disk = new Disk();
  private final AuditFile file = new AuditFile(disk, false);
  private final AuditQueue queue = new AuditQueue(2, () -> NOON);

  /** Takes what it is given, or only so much before it fails. */
  private static final class Disk implements WritableByteChannel {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int room = Integer.MAX_VALUE;
    private volatile boolean mistake;

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (mistake) {
        throw new IllegalStateException("of somebody who words events");
      }
      if (room == 0) {
        throw new IOException("No space left on device");
      }
      byte[] bytes = new byte[Math.min(room, from.remaining())];
      from.get(bytes);
      written.writeBytes(bytes);
      room -= bytes.length;
      return bytes.length;
    }

    List<String> lines() {
      return written.toString(StandardCharsets.US_ASCII).lines().toList();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void whatFindsNoRoomIsCountedAndTheCountIsALineBehindTheOthers() throws Exception {
    for (int i = 1; i <= 5; i++) {
      queue.offer(event("event-" + i));
    }
    assertThat(queue.lost()).isEqualTo(3);

    queue.write(queue.next(0), file);

    assertThat(disk.lines())
        .containsExactly(
            "{\"time\":\"2026-08-01T12:00:00.000Z\",\"event\":\"event-1\"}",
            "{\"time\":\"2026-08-01T12:00:00.000Z\",\"event\":\"event-2\"}",
            "{\"time\":\"2026-08-01T12:00:00.000Z\",\"event\":\"lost\",\"count\":3}");
    queue.offer(event("event-6"));
    queue.write(queue.next(0), file);
    assertThat(disk.lines()).hasSize(4);
    assertThat(queue.written()).isEqualTo(4);
    assertThat(queue.lost()).isEqualTo(3);
  }

  @Test
  void whatADiskDoesNotTakeIsLostAndToldWhenItTakesAgain() throws Exception {
    queue.offer(event("before"));
    queue.write(queue.next(0), file);
    disk.room = 10;
    queue.offer(event("half"));
    queue.offer(event("none"));
    assertThatThrownBy(() -> queue.write(queue.next(0), file)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> queue.write(queue.next(0), file)).isInstanceOf(IOException.class);
    assertThat(queue.lost()).isEqualTo(2);

    disk.room = Integer.MAX_VALUE;
    queue.write(queue.next(0), file);

    assertThat(disk.lines())
        .containsExactly(
            "{\"time\":\"2026-08-01T12:00:00.000Z\",\"event\":\"before\"}",
            "{\"time\":\"2",
            "{\"time\":\"2026-08-01T12:00:00.000Z\",\"event\":\"lost\",\"count\":2}");
    assertThat(queue.lost()).as("counted once").isEqualTo(2);
  }

  @Test
  void aNameCanNeitherEndItsTextNorBeginALineNorSpeakToATerminal() throws Exception {
    String name =
        "x\",\"user\":\"root\"}\n{\"event\":\"forged\"}\u0000\u001b[31m\u009b\u202e\u2028é";
    queue.offer(event("connected").with("client", name));
    queue.write(queue.next(0), file);

    assertThat(disk.lines()).hasSize(1);
    assertThat(disk.lines().get(0)).matches("[ -~]*");
    try (JsonParser json =
        new JsonFactory().createParser(ObjectReadContext.empty(), disk.lines().get(0))) {
      String client = "";
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        assertThat(json.currentName()).isIn(null, "time", "event", "client");
        client = "client".equals(json.currentName()) ? json.getString() : client;
      }
      assertThat(client).isEqualTo(name);
    }
  }

  @Test
  void aLongNameIsCut() throws Exception {
    queue.offer(event("connected").with("client", "\uD83D\uDC26".repeat(300)));
    queue.write(queue.next(0), file);

    assertThat(disk.lines().get(0)).contains("\\uD83D\\uDC26".repeat(200) + "\\u2026\"");
  }

  @Test
  void aFileIsItsOwnersAloneAndALineThatACrashCutStandsAlone() throws Exception {
    Path path = directory.resolve("audit");
    try (AuditFile made = AuditFile.open(path)) {
      made.write(List.of(event("first")));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    Files.writeString(path, Files.readString(path) + "{\"time\":\"20");

    try (AuditFile again = AuditFile.open(path)) {
      again.write(List.of(event("second")));
    }

    assertThat(Files.readAllLines(path))
        .hasSize(3)
        .satisfies(lines -> assertThat(lines.get(1)).isEqualTo("{\"time\":\"20"))
        .satisfies(lines -> assertThat(lines.get(2)).contains("second"));
  }

  @Test
  void whatIsNoFileIsRefused() {
    assertThatThrownBy(() -> AuditFile.open(directory))
        .isInstanceOf(AuditFileException.class)
        .hasMessage("log.audit-file " + directory + ": it is not a file");
    Path nowhere = directory.resolve("no/where");
    assertThatThrownBy(() -> AuditFile.open(nowhere))
        .isInstanceOf(AuditFileException.class)
        .hasMessage("log.audit-file " + nowhere + ": there is no directory " + nowhere.getParent());
  }

  @Test
  void anEventForNobodyIsNotWorded() {
    Audit off = new Audit(() -> NOON, queue);
    off.denied(Subject.of("c", "u", "a", "tcp"), true, "t", "no rule");
    off.stop();

    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aFloodOfThoseWhoAreNotLetInHasSomeLinesASecondAndThenTheirNumber() throws Exception {
    AtomicLong time = new AtomicLong(NOON);
    AuditQueue waiting = new AuditQueue(10_000, time::get);
    Audit audit = new Audit(time::get, waiting);
    Path path = directory.resolve("flood");
    audit.ready(Optional.of(path)).apply();
    Origin origin = new Origin("192.0.2.1:1", "tcp");
    for (int i = 0; i < 500; i++) {
      audit.notAccepted("192.0.2.1:" + i, "too many");
      audit.transportError("192.0.2.1:" + i, "TLS");
      audit.refused(new Identity("c", "u", "", origin), ReasonCode.BANNED, "banned");
      audit.banned("user " + i, "10 failed logins");
    }
    audit.connected(new Identity("c", "u", "", origin), ProtocolVersion.MQTT_5, false);
    time.addAndGet(1_000);
    audit.sumUp();
    audit.notAccepted("192.0.2.1:501", "too many");
    audit.stop();

    List<String> lines = Files.readAllLines(path);
    for (String kind : List.of("refused", "transport-error", "banned")) {
      assertThat(lines).filteredOn(named(kind)).hasSize(20);
    }
    assertThat(lines).filteredOn(named("not-accepted")).hasSize(21);
    assertThat(lines).filteredOn(named("connected")).hasSize(1);
    assertThat(lines)
        .filteredOn(named("summed"))
        .hasSize(4)
        .allMatch(line -> line.startsWith("{\"time\":\"2026-08-01T12:00:01.000Z\""))
        .anyMatch(line -> line.endsWith("\"what\":\"refused\",\"count\":480}"));
    assertThat(audit.summed()).isEqualTo(4 * 480);
    assertThat(audit.lost()).isZero();
  }

  @Test
  void aFloodThatLastsUntilTheEndIsSummedBeforeIt() throws Exception {
    Audit audit = new Audit(() -> NOON, new AuditQueue(100, () -> NOON));
    Path path = directory.resolve("flood");
    audit.ready(Optional.of(path)).apply();
    for (int i = 0; i < 30; i++) {
      audit.notAccepted("192.0.2.1:" + i, "too many");
    }
    audit.stop();

    List<String> lines = Files.readAllLines(path);
    assertThat(lines.get(20)).endsWith("\"what\":\"not-accepted\",\"count\":10}");
    assertThat(lines.get(21)).contains("\"event\":\"stopped\"");
  }

  @Test
  void aSumThatFindsNoRoomIsToldLater() throws Exception {
    Semaphore asked = new Semaphore(0);
    Semaphore answered = new Semaphore(0);
    AuditQueue waiting =
        new AuditQueue(
            2,
            () -> { // asked by the writer, who has emptied the queue and tells what was lost
              asked.release();
              answered.acquireUninterruptibly();
              return NOON;
            });
    for (int i = 0; i < 3; i++) {
      waiting.offer(event("early"));
    }
    Audit audit = new Audit(() -> NOON, waiting);
    Path path = directory.resolve("flood");
    audit.ready(Optional.of(path)).apply();
    assertThat(asked.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 25; i++) {
      audit.notAccepted("192.0.2.1:" + i, "too many");
    }

    audit.sumUp();
    answered.release();
    assertThat(asked.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    audit.sumUp();
    answered.release();
    audit.stop();

    assertThat(Files.readAllLines(path))
        .filteredOn(named("summed"))
        .singleElement()
        .asString()
        .endsWith("\"what\":\"not-accepted\",\"count\":5}");
    assertThat(audit.lost()).as("one that was early, and 18 with lines of their own").isEqualTo(19);
  }

  @Test
  void anEventThatCannotBeWordedIsLostLoudlyAndTheNextIsWritten() throws Exception {
    AuditTrail trail = new AuditTrail(queue);
    disk.mistake = true;
    try (LogLines log = new LogLines("io.whimbrel.audit")) {
      trail.become(file);
      trail.add(event("first"));
      log.await("ERROR the audit log CANNOT BE WRITTEN, which is a mistake of Whimbrel");
      disk.mistake = false;
      trail.add(event("second"));
      log.await("WARN the audit log is written again");
      trail.stop(event("stopped"));
    }

    assertThat(disk.lines())
        .filteredOn(line -> !line.isEmpty())
        .satisfiesExactly(
            line -> assertThat(line).contains("\"second\""),
            line -> assertThat(line).contains("\"lost\",\"count\":1"),
            line -> assertThat(line).contains("\"stopped\""));
    assertThat(queue.lost()).isEqualTo(1);
  }

  private static Predicate<String> named(String event) {
    return line -> line.contains("\"event\":\"" + event + "\"");
  }

  private static AuditEvent event(String name) {
    return AuditEvent.of(NOON, name);
  }
}
