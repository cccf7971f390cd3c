package io.whimbrel.client;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where messages are kept until their receivers have them, and how many. Immutable. */
public final class OutboxSettings {
  /** What happens to a message that there is no room for. */
  public enum WhenFull {
    /** Its delivery fails at once, also for a blocking publisher. */
    REFUSE,
    /**
     * A blocking publisher waits for room until its time is over; other deliveries fail at once.
     */
    WAIT
  }

  private final @Nullable Path directory;
  private final long bytesMax;
  private final WhenFull whenFull;
  private final boolean synced;

  private OutboxSettings(
      @Nullable Path directory, long bytesMax, WhenFull whenFull, boolean synced) {
    if (bytesMax < 1) {
      throw new IllegalArgumentException("an outbox of " + bytesMax + " bytes holds nothing");
    }
    this.directory = directory;
    this.bytesMax = bytesMax;
    this.whenFull = whenFull;
    this.synced = synced;
  }

  /** In memory, 16 MiB. */
  public static OutboxSettings inMemory() {
    return new OutboxSettings(null, 16L * 1024 * 1024, WhenFull.WAIT, true);
  }

  /** On disk, 256 MiB; the directory is of one client alone. */
  public static OutboxSettings onDisk(Path directory) {
    return new OutboxSettings(directory, 256L * 1024 * 1024, WhenFull.WAIT, true);
  }

  /** The same with another maximum of what messages that are not done may take together. */
  public OutboxSettings bytesMax(long bytes) {
    return new OutboxSettings(directory, bytes, whenFull, synced);
  }

  /** The same with something else that happens to one message more; they wait otherwise. */
  public OutboxSettings whenFull(WhenFull policy) {
    return new OutboxSettings(directory, bytesMax, policy, synced);
  }

  /**
   * The same, whether or not a message is safe only when the disk has it (fsync), which is so
   * otherwise. With false it is as soon as the operating system has it: then a lost process loses
   * nothing, a lost machine may.
   */
  public OutboxSettings synced(boolean wanted) {
    return new OutboxSettings(directory, bytesMax, whenFull, wanted);
  }

  /** On disk, or empty for memory. */
  public Optional<Path> directory() {
    return Optional.ofNullable(directory);
  }

  /** What messages that are not done may take together, in memory or on disk. */
  public long bytesMax() {
    return bytesMax;
  }

  /** What happens to one message more. */
  public WhenFull whenFull() {
    return whenFull;
  }

  /** Whether a message is safe only when the disk has it. */
  public boolean synced() {
    return synced;
  }
}
