package io.whimbrel.store;

import io.whimbrel.core.port.JournalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * What a store holds at one moment, counted beside whoever uses it.
 *
 * @param batch the last batch
 * @param timeMillis the broker time when it was written
 * @param heldBy who uses the store meanwhile
 * @param connected sessions whose clients were connected
 * @param longest the longest queues, longest first
 */
public record StoreStats(
    long batch,
    long timeMillis,
    Optional<String> heldBy,
    long sessions,
    long connected,
    long subscriptions,
    long messages,
    long messageBytes,
    long inFlight,
    long retained,
    long retainedBytes,
    long diskBytes,
    List<Queue> longest) {
  private static final int LONGEST = 10;
  private static final int TRIES = 5;

  /** The queue of one session. */
  public record Queue(String clientId, long messages, long bytes) {}

  /**
   * Counts what is in a directory; writes nothing there.
   *
   * @param progress hears now and then how far it is
   */
  public static StoreStats read(Path directory, Consumer<String> progress) throws StoreException {
    return Trouble.told(
        directory,
        () -> {
          HeldDirectory.requireStore(directory);
          FormatFile.exists(directory, Store.databaseIn(directory));
          Optional<String> holder = StoreLock.heldBy(directory);
          for (int i = 1; ; i++) {
            try {
              return count(directory, holder, progress);
            } catch (RocksDBException | UnreadableStoreException moved) {
              if (holder.isEmpty() || i == TRIES) {
                throw moved; // else a file went away while it was looked for
              }
            }
          }
        });
  }

  private static StoreStats count(
      Path directory, Optional<String> holder, Consumer<String> progress)
      throws IOException, RocksDBException {
    try (Database database = Database.openReadOnly(Store.databaseIn(directory))) {
      Tip tip = database.tip();
      Counting counting = new Counting();
      new StoreRecovery(
              directory, database, tip, new LoadProgress(progress), StoreRecovery.Purpose.LOOK)
          .load(counting::count);
      return counting.done(tip, holder, bytesIn(Store.databaseIn(directory)));
    }
  }

  private static long bytesIn(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += size(file);
    }
    return bytes;
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException gone) {
      return 0; // a broker deletes what it has compacted
    }
  }

  /** What was counted so far. */
  private static final class Counting {
    private static final Comparator<Queue> SHORTEST_FIRST =
        Comparator.comparingLong(Queue::messages)
            .thenComparing(Queue::clientId, Comparator.reverseOrder());

    private final PriorityQueue<Queue> longest = new PriorityQueue<>(SHORTEST_FIRST);
    private @Nullable String client;
    private boolean isConnected;
    private long queued;
    private long queuedBytes;
    private long sessions;
    private long connected;
    private long subscriptions;
    private long messages;
    private long messageBytes;
    private long inFlight;
    private long retained;
    private long retainedBytes;

    void count(JournalRecord record) {
      if (record instanceof JournalRecord.Stored stored) {
        message(stored.bytes());
      } else if (record instanceof JournalRecord.Queued whole) {
        message(whole.publication().bytes());
      } else if (record instanceof JournalRecord.SessionOpened opened) {
        endSession();
        client = opened.session().clientId();
        sessions++;
      } else if (record instanceof JournalRecord.SessionConnected) {
        isConnected = true;
      } else if (record instanceof JournalRecord.SessionDisconnected) {
        isConnected = false;
      } else if (record instanceof JournalRecord.Subscribed) {
        subscriptions++;
      } else if (record instanceof JournalRecord.InFlight
          || record instanceof JournalRecord.PubrecReceived) {
        inFlight++;
      } else if (record instanceof JournalRecord.Retained one && one.message() != null) {
        retained++;
        retainedBytes += one.message().bytes();
      }
    }

    private void message(long bytes) {
      queued++;
      queuedBytes += bytes;
    }

    private void endSession() {
      String of = client;
      if (of != null && queued > 0) {
        longest.add(new Queue(of, queued, queuedBytes));
        if (longest.size() > LONGEST) {
          longest.remove();
        }
      }
      connected += isConnected ? 1 : 0;
      messages += queued;
      messageBytes += queuedBytes;
      queued = 0;
      queuedBytes = 0;
      isConnected = false;
    }

    StoreStats done(Tip tip, Optional<String> holder, long diskBytes) {
      endSession();
      List<Queue> queues = new ArrayList<>(longest);
      queues.sort(SHORTEST_FIRST.reversed());
      return new StoreStats(
          tip.batch(),
          tip.markMillis(),
          holder,
          sessions,
          connected,
          subscriptions,
          messages,
          messageBytes,
          inFlight,
          retained,
          retainedBytes,
          diskBytes,
          List.copyOf(queues));
    }
  }
}
