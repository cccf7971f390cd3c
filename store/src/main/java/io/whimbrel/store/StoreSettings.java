package io.whimbrel.store;

import java.nio.file.Path;

/**
 * How a store is opened.
 *
 * @param directory made if it does not exist
 * @param freeBytesMin below this room on the file system nothing is taken that may be refused
 * @param commitDelayMicros how long a sync may wait for others that will share it, where that costs
 *     no throughput; 0 for never
 */
public record StoreSettings(Path directory, long freeBytesMin, int commitDelayMicros) {
  /** Settings whose syncs never wait. */
  public StoreSettings(Path directory, long freeBytesMin) {
    this(directory, freeBytesMin, 0);
  }
}
