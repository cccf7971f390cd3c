package io.whimbrel.store;

import io.whimbrel.core.JournalCrashContract;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.shard.ShardMail;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The end of its process leaves of the real store what every crash has to leave. It is a copy that
 * is taken while the committer works, cut anywhere behind what was written when something was told.
 * What was told as synced and was not is seen by {@link CommitterTest} and {@code proof/power-cut}.
 */
final class StoreCrashTest implements JournalCrashContract {
  @TempDir private Path temporary;
  private final List<Store> open = new ArrayList<>();

  @Override
  public Engine engine(long seed) {
    try {
      return new Crashing(temporary.resolve("store" + seed));
    } catch (IOException | StoreException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public int seeds() {
    return 25;
  }

  @AfterEach
  void close() {
    open.forEach(Store::close);
  }

  private Store opened(Path directory) throws StoreException {
    Store store = Store.open(new StoreSettings(directory, 0));
    open.add(store);
    return store;
  }

  private final class Crashing implements Engine {
    private record Answer(Journal.Listener listener, ShardMail mail) {}

    private final Path directory;
    private final Store store;
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Path mark;
    private long safe;

    Crashing(Path directory) throws IOException, StoreException {
      this.directory = directory;
      mark = directory.resolveSibling(directory.getFileName() + "-mark");
      store = opened(directory);
      store.begin(
          () -> 1_000,
          why -> {
            throw new AssertionError(why);
          });
      remember();
    }

    /** From now on, what is there is not lost. */
    private void remember() throws IOException {
      Files.deleteIfExists(mark);
      Files.copy(Store.markIn(directory), mark);
      safe = Files.size(log(directory));
    }

    @Override
    public Journal open(int shard, Journal.Listener listener) {
      return store.journal(mail -> answers.add(new Answer(listener, mail)));
    }

    @Override
    public void passTime(SplittableRandom random) {
      if (random.nextBoolean()) {
        awaitDisk();
      }
      for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
        if (answer.mail instanceof ShardMail.Durable durable) {
          answer.listener.onDurable(durable.reached(), durable.upTo());
        }
      }
      try {
        remember();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private void awaitDisk() {
      CountDownLatch behind = new CountDownLatch(1);
      store.journal(mail -> behind.countDown()).commit(DurabilityLevel.DISK);
      try {
        behind.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Recovery crash(SplittableRandom random) {
      Path crashed = directory.resolveSibling(directory.getFileName() + "-crashed");
      GrownStore.copy(directory, crashed);
      try (RandomAccessFile end = new RandomAccessFile(log(crashed).toFile(), "rw")) {
        end.setLength(safe + random.nextLong(end.length() - safe + 1));
        Files.delete(Store.markIn(crashed));
        Files.copy(mark, Store.markIn(crashed));
        return opened(crashed).recovery();
      } catch (IOException | StoreException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public DurabilityLevel survives() {
      return DurabilityLevel.OS;
    }
  }

  private static Path log(Path directory) throws IOException {
    return LogTail.logs(Store.databaseIn(directory)).get(0);
  }
}
