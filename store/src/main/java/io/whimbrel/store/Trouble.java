package io.whimbrel.store;

import java.nio.file.Path;
import java.util.Locale;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** RocksDB's errors in words for whoever runs the broker. */
final class Trouble {
  private Trouble() {}

  static StoreException opening(Path directory, RocksDBException e) {
    Status status = e.getStatus();
    boolean damaged = status != null && status.getCode() == Status.Code.Corruption;
    if (damaged) {
      return new StoreException(
          StoreException.Kind.DAMAGED,
          String.format(
              Locale.ROOT,
              "the store in %s is damaged: %s; 'whimbrel store check' says more",
              directory,
              why(e)),
          e);
    }
    return new StoreException(
        StoreException.Kind.UNUSABLE,
        "the store in " + directory + " cannot be opened: " + why(e),
        e);
  }

  static String why(RocksDBException e) {
    return String.valueOf(e.getMessage());
  }
}
