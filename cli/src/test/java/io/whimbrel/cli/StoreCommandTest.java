package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.store.Store;
import io.whimbrel.store.StoreSettings;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The tools for a data directory, as who runs a broker calls them. */
class StoreCommandTest {
  private static final long NOW = 1_760_000_000_000L; // 2025-10-09T08:53:20Z
  private static final SessionKey ANNA = new SessionKey("anna", 1);
  private static final SessionKey BERT = new SessionKey("bert\u001b[31m", 5);

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  // ---------------------------------------------------------------- check

  @Test
  void aSoundStoreIsExitCodeZero() throws Exception {
    Path data = store();

    assertThat(run("check", data)).isZero();
    assertThat(out.toString().lines())
        .contains("Found in " + data + ":")
        .contains("  2 sessions in 11 rows, 3 messages in queues, 2 retained")
        .last()
        .isEqualTo("All that was promised is there.");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void damageIsExitCodeOneAndRepairedWhenAskedFor() throws Exception {
    Path data = store();
    Path log = newest(data, ".log");
    flip(log, Files.size(log) - 5);

    assertThat(run("check", data)).isEqualTo(1);
    assertThat(out.toString())
        .contains("Damaged:")
        .contains(log + ", byte ")
        .contains("batch 3 is missing; nothing can be read behind it")
        .contains("Nothing was changed. To keep what can be read, repeat it with --repair.");

    assertThat(run("check", data, "--repair")).isZero();
    assertThat(out.toString())
        .contains("Kept:\n  2 sessions\n  3 messages in queues\n  1 retained messages\n")
        .contains("Lost, as far as can be known:\n  " + log + ", byte ")
        .contains("  batch 3\n")
        .contains("The damaged database is in " + data.resolve("salvage") + ".")
        .endsWith("The store is sound now.\n");
    assertThat(run("check", data)).isZero();
  }

  @Test
  void aStoreInUseIsNotCheckedAndTheProcessNamed() throws Exception {
    Path data = store();
    try (Store store = Store.open(new StoreSettings(data, 0))) {
      assertThat(run("check", data, "--repair")).isEqualTo(1);
      assertThat(store.counts().batches()).isZero();
    }
    assertThat(err.toString().lines())
        .containsExactly(
            "whimbrel: data directory "
                + data
                + " is in use by process "
                + ProcessHandle.current().pid());
  }

  // ---------------------------------------------------------------- stats

  @Test
  void aStoreIsCountedForTheBatchThatIsNamed() throws Exception {
    Path data = store();

    assertThat(run("stats", data)).isZero();
    assertThat(out.toString().lines())
        .contains(data + " at batch 3, written 2025-10-09T08:53:20Z; not in use")
        .contains("sessions                          2, 1 connected")
        .contains("queued messages                   3, 321 bytes")
        .contains("of them in flight                 2")
        .contains("Longest queues:")
        .contains("  anna                            2, 210 bytes")
        .contains("  bert?[31m                       1, 111 bytes");
  }

  // ---------------------------------------------------------------- backup and restore

  @Test
  void aBackupIsMadeOnceAndPutBack() throws Exception {
    Path data = store();
    Path backup = directory.resolve("backup");
    Path other = directory.resolve("other");

    assertThat(run("backup", data, backup.toString())).isZero();
    assertThat(out).hasToString(backup + " is a backup up to batch 3.\n");
    assertThat(run("backup", data, backup.toString())).isEqualTo(1);
    assertThat(err).hasToString("whimbrel: " + backup + " exists already\n");

    assertThat(run("restore", other, backup.toString())).isZero();
    assertThat(out).hasToString(other + " holds what " + backup + " holds, up to batch 3.\n");
    assertThat(run("check", other)).isZero();
  }

  @Test
  void aBackupIsPutBackWhereABrokerHasLeftItsSocketButNotAmongOtherFiles() throws Exception {
    Path backup = directory.resolve("backup");
    assertThat(run("backup", store(), backup.toString())).isZero();
    Path other = Files.createDirectory(directory.resolve("other"));
    Path lost = Files.createFile(other.resolve("control.sock.old"));
    assertThat(run("restore", other, backup.toString())).isEqualTo(1);
    Files.move(lost, other.resolve("control.sock"));
    Files.createFile(other.resolve("control.sock.lock"));
    assertThat(run("restore", other, backup.toString())).isZero();
  }

  @Test
  void aStoreThatIsThereIsReplacedOnlyByForceAndKept() throws Exception {
    Path data = store();
    Path backup = directory.resolve("backup");
    assertThat(run("backup", data, backup.toString())).isZero();

    assertThat(run("restore", data, backup.toString())).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "whimbrel: data directory " + data + " cannot be used: it holds a store already\n");
    assertThat(run("restore", data, backup.toString(), "--force")).isZero();
    assertThat(run("check", data)).isZero();
    assertThat(data.resolve("salvage")).isNotEmptyDirectory();
  }

  // ---------------------------------------------------------------- export and import

  @Test
  void whatIsExportedAndImportedIsExportedAlike() throws Exception {
    Path data = store();
    Path lines = directory.resolve("store.jsonl");
    Path other = directory.resolve("other");

    assertThat(run("export", data, lines.toString())).isZero();
    assertThat(run("import", other, lines.toString())).isZero();
    assertThat(out).hasToString(other + " holds what 13 lines say.\n");
    assertThat(run("check", other)).isZero();

    assertThat(run("export", other)).isZero();
    assertThat(out).hasToString(Files.readString(lines));
  }

  @Test
  void aLineSaysAllOfARecord() throws Exception {
    assertThat(run("export", store())).isZero();

    assertThat(out.toString().lines())
        .contains(
            "{\"kind\":\"store\",\"format\":1,\"time\":\"2025-10-09T08:53:20Z\","
                + "\"timeMillis\":1760000000000,\"lastIncarnation\":5,\"lastVersion\":9}",
            "{\"kind\":\"session\",\"client\":\"anna\",\"incarnation\":1,\"user\":\"anna@here\","
                + "\"connections\":2,\"expirySeconds\":4294967295,"
                + "\"disconnected\":\"2025-10-09T08:53:20Z\","
                + "\"disconnectedMillis\":1760000000000,\"disconnectedExpirySeconds\":60,"
                + "\"willDue\":\"2025-10-09T08:53:25Z\",\"willDueMillis\":1760000005000}",
            "{\"kind\":\"will\",\"client\":\"anna\",\"incarnation\":1,\"delaySeconds\":5,"
                + "\"expirySeconds\":-1,\"publisher\":\"anna\",\"topic\":\"gone\","
                + "\"publishedQos\":1,\"publishedRetain\":false,\"payload\":\"grüße\"}",
            "{\"kind\":\"subscription\",\"client\":\"anna\",\"incarnation\":1,"
                + "\"filter\":\"a/+\",\"qos\":2,\"subscriptionId\":7,\"noLocal\":true,"
                + "\"retainAsPublished\":false,\"replay\":true}",
            "{\"kind\":\"received\",\"client\":\"anna\",\"incarnation\":1,\"packetId\":77}",
            "{\"kind\":\"in-flight\",\"client\":\"anna\",\"incarnation\":1,\"sequence\":2,"
                + "\"packetId\":4,\"pubrecReceived\":true}",
            "{\"kind\":\"retained\",\"version\":8,\"publisher\":\"anna\",\"topic\":\"empty\","
                + "\"publishedQos\":1,\"publishedRetain\":false,\"payloadBase64\":\"AP8=\"}")
        .anyMatch(line -> line.contains("\"subscriptionIds\":[7,8],\"share\":\"$share/g/a/+\""))
        .anyMatch(line -> line.contains("\"expires\":\"2025-10-09T08:54:20Z\""))
        .anyMatch(line -> line.contains("\"client\":\"bert\\u001B[31m\""));
  }

  @Test
  void aLineThatIsWrongIsNamedAndNothingIsImported() throws Exception {
    String store =
        "{\"kind\":\"store\",\"format\":1,\"timeMillis\":1,"
            + "\"lastIncarnation\":1,\"lastVersion\":1}\n";
    String session = "{\"kind\":\"session\",\"client\":\"a\",\"incarnation\":1,\"user\":\"\"}\n";
    assertWrong("", ": no line of the kind 'store': this is no export");
    assertWrong(session, ", line 1: the line of the kind 'store' has to be the first");
    assertWrong(store + "nonsense\n", ", line 2: it is not JSON: ");
    assertWrong(store + "[]\n", ", line 2: it is no JSON object");
    assertWrong(store + "{\"kind\":\"sesion\"}\n", ", line 2: the kind 'sesion' is not known");
    assertWrong(store + "{\"kind\":\"session\"}\n", ", line 2: 'client' is missing");
    assertWrong(store + session + session, ", line 3: sessions have to come in the order");
    assertWrong(
        store + session.replace("}", ",\"colour\":1}"), ", line 2: 'colour' does not belong there");
    assertWrong(
        store + "{\"kind\":\"received\",\"client\":\"a\",\"incarnation\":1,\"packetId\":1}\n",
        ", line 2: it has to follow the line of its session");
    assertWrong(
        store
            + session
            + "{\"kind\":\"received\",\"client\":\"a\",\"incarnation\":1,\"packetId\":0}",
        ", line 3: 'packetId' is not from 1 to 65535");
    assertWrong(
        store
            + "{\"kind\":\"retained\",\"version\":1,\"publisher\":\"\",\"topic\":\"a/#\","
            + "\"publishedQos\":1,\"publishedRetain\":false,\"payload\":\"\"}",
        ", line 2: ");
    assertThat(run("import", directory.resolve("new"), write(store + session))).isZero();
  }

  private void assertWrong(String lines, String why) throws Exception {
    Path into = directory.resolve("new");
    String file = write(lines);

    assertThat(run("import", into, file)).as(lines).isEqualTo(1);
    assertThat(err.toString()).startsWith("whimbrel: " + file + why);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(into.resolve("db")).doesNotExist();
  }

  private String write(String lines) throws Exception {
    return Files.writeString(directory.resolve("lines.jsonl"), lines).toString();
  }

  @Test
  void whatIsNoTextIsNamedAsThat() throws Exception {
    Path file = Files.write(directory.resolve("x"), new byte[] {(byte) 0xFF, 0x0A});

    assertThat(run("import", directory.resolve("new"), file.toString())).isEqualTo(1);
    assertThat(err).hasToString("whimbrel: " + file + ", behind line 0: it is not UTF-8\n");
  }

  @Test
  void aFileThatIsThereIsNotOverwrittenAndAStoreNotImportedInto() throws Exception {
    Path data = store();
    Path file = Files.writeString(directory.resolve("x"), "mine");

    assertThat(run("export", data, file.toString())).isEqualTo(1);
    assertThat(err).hasToString("whimbrel: " + file + ": it exists already\n");
    assertThat(run("import", data, file.toString())).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "whimbrel: data directory " + data + " cannot be used: it holds a store already\n");
    assertThat(file).hasContent("mine");
  }

  // ---------------------------------------------------------------- all of them

  @Test
  void aDirectoryWithoutAStoreIsToldAndNotMade() {
    Path absent = directory.resolve("absent");
    for (String tool : List.of("check", "stats", "export")) {
      assertThat(run(tool, absent)).isEqualTo(1);
      assertThat(err)
          .hasToString(
              "whimbrel: data directory " + absent + " cannot be used: it holds no store\n");
    }
    assertThat(absent).doesNotExist();
  }

  @Test
  void theDirectoryIsTheBrokers() throws Exception {
    Path data = store();
    Files.writeString(directory.resolve("whimbrel.yaml"), "data-dir: " + data + "\n");

    assertThat(execute("store", "stats")).isZero();
    assertThat(out.toString()).startsWith(data + " at batch 3");
  }

  @Test
  void aMistakeInTheConfigurationIsExitCodeTwo() throws Exception {
    Files.writeString(directory.resolve("whimbrel.yaml"), "bananas: 1\n");

    assertThat(execute("store", "stats")).isEqualTo(2);
    assertThat(err.toString()).contains("'bananas': no such key");
  }

  @Test
  void aMistakeOnTheCommandLineIsExitCodeTwoAndPointsToTheHelp() {
    assertThat(execute("store", "chekc")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "whimbrel: no such command: 'chekc', did you mean check?",
            "Try 'whimbrel store --help'.");
    assertThat(execute("store", "backup")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "whimbrel: Missing required parameter: 'TO'", "Try 'whimbrel store backup --help'.");
  }

  @Test
  void everyToolHasHelpWithExamplesAndExitCodes() {
    assertThat(execute("store")).isZero();
    assertThat(out.toString()).contains("check", "stats", "backup", "restore", "export", "import");
    for (String tool : List.of("check", "stats", "backup", "restore", "export", "import")) {
      assertThat(execute("store", tool, "--help")).isZero();
      assertThat(out.toString())
          .contains("Usage: whimbrel store " + tool, "Examples:", "Exit codes:", "--data-dir");
    }
  }

  // ---------------------------------------------------------------- a store with some of all

  private Path store() throws Exception {
    Path data = directory.resolve("data");
    try (Store store = Store.open(new StoreSettings(data, 0))) {
      store.begin(
          () -> NOW,
          why -> {
            throw new AssertionError(why);
          });
      LinkedBlockingQueue<Object> mail = new LinkedBlockingQueue<>();
      Journal journal = store.journal(mail::add);
      anna().forEach(journal::append);
      journal.commit(DurabilityLevel.DISK);
      mail.take();
      bert().forEach(journal::append);
      journal.commit(DurabilityLevel.DISK);
      mail.take();
      journal.append(
          new JournalRecord.Retained(
              TopicName.of("last"), 9, message("last", "x".getBytes(StandardCharsets.UTF_8), 0)));
      journal.commit(DurabilityLevel.DISK);
      mail.take();
    }
    return data;
  }

  private static List<JournalRecord> anna() {
    JournalRecord.WillMessage will =
        new JournalRecord.WillMessage(
            message("gone", "grüße".getBytes(StandardCharsets.UTF_8), 0), -1, 5);
    return List.of(
        new JournalRecord.SessionOpened(ANNA, "anna@here"),
        new JournalRecord.SessionConnected(ANNA, 2, 4_294_967_295L, will),
        new JournalRecord.SessionDisconnected(ANNA, NOW, 60, true, NOW + 5_000),
        new JournalRecord.Subscribed(
            ANNA, TopicFilter.of("a/+"), Qos.EXACTLY_ONCE, 7, true, false, true),
        new JournalRecord.Received(ANNA, 77),
        queued(ANNA, 1, message("a/b", "one".getBytes(StandardCharsets.UTF_8), NOW + 60_000), 7, 8),
        queued(ANNA, 2, message("a/b", "two\nlines".getBytes(StandardCharsets.UTF_8), 0)),
        new JournalRecord.InFlight(ANNA, 1, 3),
        new JournalRecord.PubrecReceived(ANNA, 2, 4));
  }

  private static List<JournalRecord> bert() {
    return List.of(
        new JournalRecord.SessionOpened(BERT, ""),
        new JournalRecord.SessionConnected(BERT, 1, 0, null),
        queued(BERT, 10, message("a/b", "twelve bytes".getBytes(StandardCharsets.UTF_8), 0)),
        new JournalRecord.Retained(
            TopicName.of("empty"), 8, message("empty", new byte[] {0, (byte) 0xFF}, 0)));
  }

  private static JournalRecord queued(SessionKey to, long at, Publication message, int... ids) {
    TopicFilter share = ids.length > 0 ? TopicFilter.of("$share/g/a/+") : null;
    return new JournalRecord.Queued(to, at, message, Qos.EXACTLY_ONCE, false, ids, share);
  }

  private static Publication message(String topic, byte[] payload, long expiresAtMillis) {
    return new Publication(
        "anna",
        TopicName.of(topic),
        Qos.AT_LEAST_ONCE,
        false,
        expiresAtMillis == 0 ? Publication.NEVER : expiresAtMillis,
        new byte[] {},
        payload);
  }

  private static Path newest(Path data, String ending) throws Exception {
    try (Stream<Path> files = Files.list(data.resolve("db"))) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .reduce((a, b) -> b)
          .orElseThrow();
    }
  }

  private static void flip(Path file, long at) throws Exception {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int value = open.read();
      open.seek(at);
      open.write(value ^ 1);
    }
  }

  private int run(String tool, Path data, String... more) {
    List<String> arguments =
        Stream.concat(Stream.of("store", tool, "--data-dir", data.toString()), Stream.of(more))
            .toList();
    return execute(arguments.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command = Main.commandLine(Map.of(), directory);
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
