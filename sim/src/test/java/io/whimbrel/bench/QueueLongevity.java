package io.whimbrel.bench;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.shard.ShardMail;
import io.whimbrel.store.Store;
import io.whimbrel.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/**
 * Whether a store that lives long stays as fast as it was: messages are queued and acknowledged by
 * the million, one session in a hundred cycles is opened and ends with what is in its queue, a
 * queue is filled and drained at times, and after each step the head of that queue is read, rows
 * are counted and the store is opened again.
 *
 * <pre>
 * arguments: directory, million cycles
 * </pre>
 */
final class QueueLongevity {
  private static final int SESSIONS = 1_000;
  private static final int DEPTH = 20;
  private static final int BACKLOG = 300_000;
  private static final int PER_COMMIT = 1_000;
  private static final int PAYLOAD_BYTES = 200;
  private static final int CYCLES_FOR_A_GUEST = 100;

  private final LinkedBlockingQueue<ShardMail> answers = new LinkedBlockingQueue<>();
  private final Path directory;
  private final long[] sequences = new long[SESSIONS + 1];
  private Store store;
  private Journal journal;
  private int appended;

  private QueueLongevity(Path directory) throws Exception {
    this.directory = directory;
    open();
  }

  private void open() throws Exception {
    store = Store.open(new StoreSettings(directory, 0));
    store.begin(System::currentTimeMillis, why -> {});
    journal = store.journal(answers::add);
  }

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(args[0]), "queue-longevity");
    try {
      QueueLongevity bench = new QueueLongevity(directory);
      bench.openSessions();
      say("  cycles   us CPU a cycle   head of a drained queue   opened again   on disk");
      bench.step(0.001);
      for (double million = 1; million <= Double.parseDouble(args[1]); million *= 2) {
        bench.step(million);
      }
      bench.store.close();
    } finally {
      BenchBroker.delete(directory);
    }
  }

  private long cycles;
  private long guests;

  private void openSessions() throws InterruptedException {
    for (int i = 0; i <= SESSIONS; i++) {
      journal.append(new JournalRecord.SessionOpened(key(i), ""));
    }
    commit(true);
  }

  /** Goes on until there were so many cycles in all, then looks. */
  private void step(double million) throws Exception {
    double cpu = Cpu.own();
    long before = cycles;
    while (cycles < million * 1e6) {
      for (int session = 0; session < SESSIONS; session++) {
        enqueue(session);
        if (sequences[session] > DEPTH) {
          complete(session, sequences[session] - DEPTH);
        }
        if (++cycles % CYCLES_FOR_A_GUEST == 0) {
          comeAndGo();
        }
      }
    }
    double each = (Cpu.own() - cpu) * 1e6 / Math.max(1, cycles - before);
    long head = drainedHeadMicros();
    long began = System.nanoTime();
    store.close();
    open();
    long[] rows = {0};
    store.recovery().load(record -> rows[0]++);
    double opened = (System.nanoTime() - began) / 1e9;
    say("%7.3f M %12.2f %20d us %17.2f s %8d MiB", cycles / 1e6, each, head, opened, bytes() >> 20);
  }

  /** Fills one queue, drains all but a few, and reads from its head. */
  private long drainedHeadMicros() throws Exception {
    long first = sequences[SESSIONS] + 1;
    for (int i = 0; i < BACKLOG; i++) {
      enqueue(SESSIONS);
    }
    for (long sequence = first; sequence < first + BACKLOG - 10; sequence++) {
      complete(SESSIONS, sequence);
    }
    commit(true);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long began = System.nanoTime();
      journal.readQueue(key(SESSIONS), first + BACKLOG - 10, 10, 1 << 20);
      while (!(answers.take() instanceof ShardMail.Page)) {
        // an answer of the committer
      }
      best = Math.min(best, (System.nanoTime() - began) / 1_000);
    }
    for (int i = 0; i < 10; i++) {
      complete(SESSIONS, first + BACKLOG - 10 + i);
    }
    commit(true);
    return best;
  }

  private void enqueue(int session) throws InterruptedException {
    journal.append(
        new JournalRecord.Queued(
            key(session),
            ++sequences[session],
            message(session),
            Qos.AT_LEAST_ONCE,
            false,
            new int[0],
            null));
    commit(false);
  }

  private void complete(int session, long sequence) throws InterruptedException {
    journal.append(new JournalRecord.Completed(key(session), sequence, 1));
    commit(false);
  }

  private void commit(boolean now) throws InterruptedException {
    if (now || ++appended % PER_COMMIT == 0) {
      answers.clear();
      journal.commit(DurabilityLevel.DISK);
      while (!(answers.take() instanceof ShardMail.Durable)) {
        // a page
      }
    }
  }

  /** A session that ends with a message in its queue: its rows are deleted as a range. */
  private void comeAndGo() throws InterruptedException {
    SessionKey guest = new SessionKey("guest", SESSIONS + 1 + ++guests);
    journal.append(new JournalRecord.SessionOpened(guest, ""));
    journal.append(new JournalRecord.SessionConnected(guest, 1, 60, null));
    journal.append(
        new JournalRecord.Queued(guest, 1, message(0), Qos.AT_LEAST_ONCE, false, new int[0], null));
    journal.append(new JournalRecord.SessionEnded(guest, true));
    commit(false);
  }

  private long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static SessionKey key(int session) {
    return new SessionKey("session" + session, session + 1);
  }

  private static Publication message(int session) {
    return Publication.of(
        "publisher",
        TopicName.of("plant/device/" + session),
        Qos.AT_LEAST_ONCE,
        false,
        Properties.NONE,
        new byte[PAYLOAD_BYTES],
        0);
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
