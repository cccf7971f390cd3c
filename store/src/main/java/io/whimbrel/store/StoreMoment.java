package io.whimbrel.store;

/**
 * What a store as a whole says of itself.
 *
 * @param timeMillis the newest broker time it knows
 * @param lastIncarnation the greatest of a session ever used
 * @param lastVersion the greatest of a retained message ever used
 */
public record StoreMoment(long timeMillis, long lastIncarnation, long lastVersion) {
  static StoreMoment of(Tip tip) {
    return new StoreMoment(tip.markMillis(), tip.lastIncarnation(), tip.lastVersion());
  }
}
