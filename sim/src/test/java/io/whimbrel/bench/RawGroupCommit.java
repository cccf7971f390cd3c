package io.whimbrel.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * What the engine alone can do: one thread says what is to be written, as many at a time as the
 * window allows or at a rate; another joins all that waits into one write batch and syncs it.
 */
final class RawGroupCommit implements AutoCloseable {
  private static final int GROUP_MAX = 16_384;

  private final DBOptions options = new DBOptions().setCreateIfMissing(true);
  private final ColumnFamilyOptions rows =
      new ColumnFamilyOptions()
          .setCompressionType(CompressionType.LZ4_COMPRESSION)
          .setWriteBufferSize(32L << 20);
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final List<ColumnFamilyHandle> handles = new ArrayList<>();
  private final RocksDB db;
  private final byte[] value;
  private long sequence;

  RawGroupCommit(Path directory, int valueBytes) throws Exception {
    RocksDB.loadLibrary();
    options.setMaxTotalWalSize(256L << 20).setMaxBackgroundJobs(2);
    db =
        RocksDB.open(
            options,
            directory.toString(),
            List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, rows)),
            handles);
    value = new byte[valueBytes];
    new Random(1).nextBytes(value);
  }

  /**
   * Runs for so long and says what came of it.
   *
   * @param rate messages a second, 0: as many as the window takes
   */
  Outcome run(double seconds, int window, double rate) throws Exception {
    ConcurrentLinkedQueue<Long> asked = new ConcurrentLinkedQueue<>();
    AtomicInteger inFlight = new AtomicInteger();
    Latencies latencies = new Latencies();
    long began = System.nanoTime();
    long end = began + (long) (seconds * 1e9);
    Thread asking =
        new Thread(
            () -> {
              long sent = 0;
              while (System.nanoTime() < end) {
                long due = rate == 0 ? 0 : began + (long) (sent * 1e9 / rate);
                if (inFlight.get() >= window || (rate > 0 && System.nanoTime() < due)) {
                  LockSupport.parkNanos(20_000);
                  continue;
                }
                inFlight.incrementAndGet();
                asked.add(rate == 0 ? System.nanoTime() : due);
                sent++;
              }
            },
            "asking");
    double cpu = Cpu.own();
    asking.start();
    long done = 0;
    ArrayDeque<Long> group = new ArrayDeque<>();
    while (asking.isAlive() || !asked.isEmpty()) {
      try (WriteBatch batch = new WriteBatch()) {
        byte[] key = new byte[16];
        for (Long at = asked.poll(); at != null; at = asked.poll()) {
          group.add(at);
          putLong(key, 0, sequence % 100);
          putLong(key, 8, ++sequence);
          batch.put(handles.get(0), key, value);
          if (group.size() >= GROUP_MAX) {
            break;
          }
        }
        if (group.isEmpty()) {
          LockSupport.parkNanos(20_000);
          continue;
        }
        db.write(synced, batch);
      }
      long now = System.nanoTime();
      done += group.size();
      inFlight.addAndGet(-group.size());
      group.forEach(at -> latencies.add(now - at));
      group.clear();
    }
    asking.join();
    double took = (System.nanoTime() - began) / 1e9;
    return new Outcome(
        done,
        done / took,
        (Cpu.own() - cpu) * 1e6 / done,
        latencies.quantile(0.5),
        latencies.quantile(0.99));
  }

  private static void putLong(byte[] key, int at, long number) {
    for (int i = 0; i < 8; i++) {
      key[at + i] = (byte) (number >>> (56 - 8 * i));
    }
  }

  @Override
  public void close() {
    handles.forEach(ColumnFamilyHandle::close);
    db.close();
    synced.close();
    rows.close();
    options.close();
  }
}
