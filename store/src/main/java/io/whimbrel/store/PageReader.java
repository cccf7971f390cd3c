package io.whimbrel.store;

import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.shard.ShardMail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * The one thread that reads queues back. It begins at the place it is asked for, never at the
 * beginning of a session's rows, so what was deleted before that place costs nothing.
 */
final class PageReader implements Runnable {
  private final Database database;
  private final StoreCounts counts;
  private final Consumer<String> onFailure;
  private final LinkedBlockingQueue<Runnable> asked = new LinkedBlockingQueue<>();
  private boolean closed;

  /** One page that a session wants. */
  record Request(ShardBook book, SessionKey session, long from, int messagesMax, int bytesMax) {}

  PageReader(Database database, StoreCounts counts, Consumer<String> onFailure) {
    this.database = database;
    this.counts = counts;
    this.onFailure = onFailure;
  }

  void ask(Request request) {
    asked.add(() -> answer(request));
  }

  /** Answers what was asked for before, and ends the thread. */
  void close() {
    asked.add(() -> closed = true);
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        asked.take().run();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(Request request) {
    try {
      request.book().tell(new ShardMail.Page(read(request)));
    } catch (RocksDBException | RuntimeException | Error e) {
      onFailure.accept("a queue cannot be read back: " + e.getMessage());
    }
  }

  private QueuePage read(Request request) throws RocksDBException {
    long incarnation = request.session().incarnation();
    List<JournalRecord.Queued> messages = new ArrayList<>();
    long bytes = 0;
    long to = Long.MAX_VALUE;
    try (Slice end = new Slice(Layout.number(incarnation + 1));
        ReadOptions options = new ReadOptions().setIterateUpperBound(end);
        RocksIterator rows = database.rows(Layout.QUEUE, options)) {
      rows.seek(Layout.queueKey(incarnation, request.from()));
      for (; rows.isValid(); rows.next()) {
        if (messages.size() >= request.messagesMax() || bytes >= request.bytesMax()) {
          to = messages.get(messages.size() - 1).sequence();
          break;
        }
        ReadBytes key = new ReadBytes(rows.key());
        key.eightBytes();
        JournalRecord.Queued message =
            MessageRow.readQueued(request.session(), key.eightBytes(), new ReadBytes(rows.value()));
        messages.add(message);
        bytes += message.publication().bytes();
      }
      rows.status();
    }
    counts.read(messages.size());
    return new QueuePage(request.session(), request.from(), to, messages);
  }
}
