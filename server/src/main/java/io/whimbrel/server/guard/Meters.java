package io.whimbrel.server.guard;

import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Meter;
import io.whimbrel.server.config.ServerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The rates of publishing: so many PUBLISH packets, and so many bytes, a second for each client,
 * user and address. Immutable but for its buckets; callable from every thread.
 */
final class Meters {
  private final List<Measure> publishes = new ArrayList<>();
  private final List<Measure> bytes = new ArrayList<>();
  private final LongSupplier millis;

  /** Whose connections share a rate. */
  private enum By {
    CLIENT,
    USER,
    ADDRESS;

    /**
     * What they have in common; those without a user have no user in common, and those who come by
     * a Unix socket no address, unless a proxy says theirs. A client is one of its user: else
     * anybody could spend what is another's by its Client Identifier.
     */
    Optional<Fingerprint> name(Identity who) {
      return switch (this) {
        case CLIENT -> Optional.of(Fingerprint.of(who.clientId(), who.user()));
        case USER -> Optional.of(who.user()).filter(user -> !user.isEmpty()).map(Fingerprint::of);
        case ADDRESS ->
            AddressBlock.counted(who.origin().address()).map(at -> Fingerprint.of(at.text()));
      };
    }
  }

  private record Measure(By by, SharedBuckets buckets) {}

  /**
   * The rates of a configuration.
   *
   * @param millis broker time
   */
  Meters(ServerConfig.Rates rates, LongSupplier millis) {
    this(rates, millis, List.of(), List.of());
  }

  private Meters(
      ServerConfig.Rates rates,
      LongSupplier millis,
      List<Measure> publishesBefore,
      List<Measure> bytesBefore) {
    this.millis = millis;
    add(publishes, publishesBefore, By.CLIENT, rates.publishesPerClientMax());
    add(publishes, publishesBefore, By.USER, rates.publishesPerUserMax());
    add(publishes, publishesBefore, By.ADDRESS, rates.publishesPerAddressMax());
    add(bytes, bytesBefore, By.CLIENT, rates.bytesPerClientMax());
    add(bytes, bytesBefore, By.USER, rates.bytesPerUserMax());
    add(bytes, bytesBefore, By.ADDRESS, rates.bytesPerAddressMax());
  }

  /** Those of another configuration; where a rate is the same, it is shared as before. */
  Meters with(ServerConfig.Rates rates) {
    return new Meters(rates, millis, publishes, bytes);
  }

  private static void add(List<Measure> measures, List<Measure> before, By by, long rate) {
    if (rate == 0) {
      return;
    }
    for (Measure one : before) {
      if (one.by == by && one.buckets.rate() == rate) {
        measures.add(one);
        return;
      }
    }
    measures.add(new Measure(by, new SharedBuckets(rate)));
  }

  /** The meter of a connection. */
  Meter of(Identity who) {
    return SharedMeter.of(places(publishes, who), places(bytes, who), millis);
  }

  private static List<SharedMeter.Place> places(List<Measure> measures, Identity who) {
    List<SharedMeter.Place> places = new ArrayList<>(measures.size());
    for (Measure measure : measures) {
      measure
          .by
          .name(who)
          .map(name -> SharedMeter.Place.at(measure.buckets, name))
          .ifPresent(places::add);
    }
    return places;
  }

  /** Forgets whom nothing is remembered of any more; called every so often. */
  void sweep() {
    long now = millis.getAsLong();
    publishes.forEach(measure -> measure.buckets.sweep(now));
    bytes.forEach(measure -> measure.buckets.sweep(now));
  }
}
