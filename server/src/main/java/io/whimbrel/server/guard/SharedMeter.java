package io.whimbrel.server.guard;

import io.whimbrel.core.port.Meter;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The meter of one connection: a place at each of the buckets it shares with others. Whichever of
 * them has to be waited for longest decides. Told by the connection's thread.
 */
final class SharedMeter implements Meter {
  private final List<Place> publishes;
  private final List<Place> bytes;
  private final LongSupplier millis;

  /** A bucket, and where it is to be given back. */
  record Place(SharedBuckets among, Fingerprint who, TokenBucket bucket) {
    static Place at(SharedBuckets among, Fingerprint who) {
      return new Place(among, who, among.enter(who));
    }
  }

  private SharedMeter(List<Place> publishes, List<Place> bytes, LongSupplier millis) {
    this.publishes = publishes;
    this.bytes = bytes;
    this.millis = millis;
  }

  /** Of these buckets, which it has entered already. */
  static Meter of(List<Place> publishes, List<Place> bytes, LongSupplier millis) {
    return publishes.isEmpty() && bytes.isEmpty()
        ? Meter.FREE
        : new SharedMeter(publishes, bytes, millis);
  }

  @Override
  public long onPublish(long nowMillis) {
    return take(publishes, 1, nowMillis);
  }

  @Override
  public long onBytes(int count, long nowMillis) {
    return take(bytes, count, nowMillis);
  }

  private static long take(List<Place> places, int tokens, long nowMillis) {
    long wait = 0;
    for (int i = 0; i < places.size(); i++) { // no iterator for each message
      wait = Math.max(wait, places.get(i).bucket.take(tokens, nowMillis));
    }
    return wait;
  }

  @Override
  public void close() {
    publishes.forEach(this::leave);
    bytes.forEach(this::leave);
  }

  private void leave(Place place) {
    place.among.leave(place.who, millis.getAsLong());
  }
}
