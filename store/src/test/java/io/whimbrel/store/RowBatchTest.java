package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/** Batches are what the library makes of the same rows, and are read as they were written. */
final class RowBatchTest {
  @TempDir private Path directory;

  @Test
  void theLibraryReadsWhatWeWrite() throws Exception {
    Database.open(directory).close(); // loads the library
    List<String> heard = new ArrayList<>();
    try (WriteBatch batch = new WriteBatch(rows().serialised())) {
      assertThat(batch.count()).isEqualTo(5);
      batch.iterate(new Listener(heard));
    }

    assertThat(heard)
        .containsExactly(
            "put 0 key value",
            "merge 3 key value",
            "delete 1 key",
            "deleteOnce 2 key",
            "deleteRange 300 key value");
  }

  @Test
  void weReadWhatWeWrite() {
    List<String> heard = new ArrayList<>();
    LogBatch.read(
        rows().serialised(),
        change ->
            heard.add(
                change.action()
                    + " "
                    + change.family()
                    + " "
                    + text(change.key())
                    + " "
                    + text(change.value())));

    assertThat(heard)
        .containsExactly(
            "PUT 0 key value",
            "MERGE 3 key value",
            "DELETE 1 key ",
            "DELETE 2 key ",
            "DELETE_RANGE 300 key value");
  }

  private static RowBatch rows() {
    RowBatch rows = new RowBatch(16);
    fill(rows).put(0);
    fill(rows).merge(3);
    fill(rows).delete(1);
    fill(rows).deleteOnce(2);
    fill(rows).deleteRange(300);
    return rows;
  }

  private static RowBatch fill(RowBatch rows) {
    rows.key().raw("key".getBytes(StandardCharsets.US_ASCII));
    rows.value().raw("value".getBytes(StandardCharsets.US_ASCII));
    return rows;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static final class Listener extends WriteBatch.Handler {
    private final List<String> heard;

    Listener(List<String> heard) {
      this.heard = heard;
    }

    private void add(String what, int family, byte[] key, String value) {
      heard.add(what + " " + family + " " + text(key) + value);
    }

    @Override
    public void put(int family, byte[] key, byte[] value) {
      add("put", family, key, " " + text(value));
    }

    @Override
    public void put(byte[] key, byte[] value) {
      put(0, key, value);
    }

    @Override
    public void merge(int family, byte[] key, byte[] value) {
      add("merge", family, key, " " + text(value));
    }

    @Override
    public void merge(byte[] key, byte[] value) {
      merge(0, key, value);
    }

    @Override
    public void delete(int family, byte[] key) {
      add("delete", family, key, "");
    }

    @Override
    public void delete(byte[] key) {
      delete(0, key);
    }

    @Override
    public void singleDelete(int family, byte[] key) {
      add("deleteOnce", family, key, "");
    }

    @Override
    public void singleDelete(byte[] key) {
      singleDelete(0, key);
    }

    @Override
    public void deleteRange(int family, byte[] from, byte[] to) {
      add("deleteRange", family, from, " " + text(to));
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
      deleteRange(0, from, to);
    }

    @Override
    public void logData(byte[] remark) {}

    @Override
    public void putBlobIndex(int family, byte[] key, byte[] value) {}

    @Override
    public void markBeginPrepare() {}

    @Override
    public void markEndPrepare(byte[] transaction) {}

    @Override
    public void markNoop(boolean empty) {}

    @Override
    public void markRollback(byte[] transaction) {}

    @Override
    public void markCommit(byte[] transaction) {}

    @Override
    public void markCommitWithTimestamp(byte[] transaction, byte[] time) {}
  }
}
