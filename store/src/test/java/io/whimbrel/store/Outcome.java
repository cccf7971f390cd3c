package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * What came of opening and loading a directory that something was done to.
 *
 * @param batches how many it holds, all of them whole; -1 where it was refused
 * @param refusal null where it was opened
 */
record Outcome(long batches, @Nullable String refusal, StoreException.@Nullable Kind kind) {

  /** Opens it, and holds what it gives against what it has to give. */
  static Outcome of(Path directory) {
    try (Store store = Store.open(new StoreSettings(directory, 0))) {
      long batches = store.tip().batch();
      Set<String> found = GrownStore.found(store);
      Set<String> lost = new TreeSet<>(GrownStore.expected(batches));
      lost.removeAll(found);
      found.removeAll(GrownStore.expected(batches));
      assertThat(lost).as("lost of " + batches + " batches").isEmpty();
      assertThat(found).as("more than " + batches + " batches").isEmpty();
      return new Outcome(batches, null, null);
    } catch (StoreException refused) {
      return new Outcome(-1, refused.getMessage(), refused.kind());
    } catch (RocksDBException unreadable) {
      throw new AssertionError("it was loaded", unreadable);
    } catch (UnreadableStoreException refused) {
      return new Outcome(-1, refused.getMessage(), StoreException.Kind.DAMAGED);
    }
  }

  boolean isRefused() {
    return refusal != null;
  }
}
