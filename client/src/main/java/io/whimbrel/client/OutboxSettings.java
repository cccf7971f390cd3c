package io.whimbrel.client;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where messages are kept until their receivers have them, and how many. Immutable.
 *
 * @param directory on disk, of this client alone; or empty for memory
 * @param bytesMax what messages that are not done may take together, in memory or on disk
 * @param whenFull what happens to one more
 * @param synced whether a message is safe only when the disk has it (fsync), or already when the
 *     operating system does: then a lost process loses nothing, a lost machine may
 */
public record OutboxSettings(
    Optional<Path> directory, long bytesMax, WhenFull whenFull, boolean synced) {

  /** What happens to a message that there is no room for. */
  public enum WhenFull {
    /** Its delivery fails at once, also for a blocking publisher. */
    REFUSE,
    /**
     * A blocking publisher waits for room until its time is over; other deliveries fail at once.
     */
    WAIT
  }

  /** In memory, 16 MiB. */
  public static OutboxSettings inMemory() {
    return new OutboxSettings(Optional.empty(), 16L * 1024 * 1024, WhenFull.WAIT, true);
  }

  /** On disk, 256 MiB. */
  public static OutboxSettings onDisk(Path directory) {
    return new OutboxSettings(Optional.of(directory), 256L * 1024 * 1024, WhenFull.WAIT, true);
  }

  /** The same with another maximum. */
  public OutboxSettings bytesMax(long bytes) {
    return new OutboxSettings(directory, bytes, whenFull, synced);
  }
}
