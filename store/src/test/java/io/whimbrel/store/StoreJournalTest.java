package io.whimbrel.store;

import io.whimbrel.core.JournalContract;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.shard.ShardMail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB keeps what every journal has to keep. */
final class StoreJournalTest implements JournalContract {
  @TempDir private Path directory;
  private final List<DiskEngine> engines = new ArrayList<>();

  @Override
  public Engine engine() {
    DiskEngine engine = new DiskEngine(directory.resolve("data" + engines.size()));
    engines.add(engine);
    return engine;
  }

  @AfterEach
  void close() {
    engines.forEach(DiskEngine::close);
  }

  /** Stores in one directory, one after the other. */
  private static final class DiskEngine implements JournalContract.Engine {
    private record Answer(Journal.Listener listener, ShardMail mail) {}

    private final Path directory;
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private Store store;

    DiskEngine(Path directory) {
      this.directory = directory;
      begin();
    }

    private void begin() {
      store = opened();
      store.begin(
          () -> 1_000,
          why -> {
            throw new AssertionError(why);
          });
    }

    private Store opened() {
      try {
        return Store.open(new StoreSettings(directory, 0));
      } catch (StoreException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Journal open(int shard, Journal.Listener listener) {
      return store.journal(mail -> answers.add(new Answer(listener, mail)));
    }

    @Override
    public void settle() {
      CountDownLatch behind = new CountDownLatch(2);
      Journal probe = store.journal(mail -> behind.countDown());
      probe.commit(DurabilityLevel.DISK);
      probe.readQueue(new SessionKey("", Long.MAX_VALUE - 1), 1, 1, 1);
      try {
        behind.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
        ShardMail mail = answer.mail;
        if (mail instanceof ShardMail.Durable durable) {
          answer.listener.onDurable(durable.reached(), durable.upTo());
        } else if (mail instanceof ShardMail.Page page) {
          answer.listener.onPage(page.page());
        } else if (mail instanceof ShardMail.Failed failed) {
          answer.listener.onFailed(failed.from(), failed.why());
        }
      }
    }

    @Override
    public Recovery reopen() {
      store.close();
      store = opened();
      return store.recovery();
    }

    void close() {
      store.close();
    }
  }
}
