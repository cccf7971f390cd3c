package io.whimbrel.sim;

import io.whimbrel.core.port.Limits;

/**
 * What one seed plays with: how large the broker is, how tight its limits are and what goes wrong.
 * Each seed draws its own, so that rare combinations are tried.
 *
 * @param skewMillis how far the clocks of two shards may be apart
 * @param inlineDisk commits are durable at once, as without persistence
 * @param syncMillisMax longest sync of a group of batches
 * @param keepsQueues whether messages wait on disk alone where they may
 * @param readMillisMax how long a page takes at most
 * @param storedOnLoad how much of what a restart finds stays on disk
 * @param lazyDisk how often a batch that nobody waits for stays behind
 * @param chunkMax most bytes the network carries at once
 * @param clientIdsMax packet identifiers a client uses
 * @param impatience clients connect again before they are answered, so that a late CONNECT may
 *     begin a session nobody asked for any more ({@link Presence})
 */
record Swarm(
    int shards,
    int clients,
    long chaosMillis,
    int gapMillis,
    Limits limits,
    int skewMillis,
    boolean inlineDisk,
    int syncMillisMax,
    int groupMax,
    boolean keepsQueues,
    int readMillisMax,
    double storedOnLoad,
    double lazyDisk,
    int netMillisMax,
    int chunkMax,
    int clientIdsMax,
    double stalls,
    double lazyMail,
    double crashes,
    double diskFailures,
    double resets,
    double halfOpen,
    double mutes,
    double slowReaders,
    double takeovers,
    double goodbyes,
    double abuse,
    boolean shares,
    boolean wills,
    boolean bigPayloads,
    boolean tinyPackets,
    boolean expiries,
    boolean impatience) {

  static Swarm draw(long seed) {
    return Dice.of(seed, "restless").chance(0.2) ? restless(seed) : any(seed);
  }

  /** Clients that move between event loops all the time, and mail that is late: hand-overs. */
  private static Swarm restless(long seed) {
    Dice d = Dice.of(seed, "swarm");
    Dice pages = Dice.of(seed, "pages");
    Limits wide =
        new Limits(
            100_000,
            10_000,
            2_000,
            10_000,
            20,
            10,
            1_000,
            1_000,
            1L << 30,
            10_000,
            1L << 30,
            pages.pick(1, 5, 1_000),
            1L << 30,
            pages.pick(1, 4, 128),
            1 << 16,
            false,
            false,
            65_535,
            1_000,
            0,
            0,
            0,
            0,
            0xFFFF_FFFFL,
            1 << 20,
            2_000,
            1_000,
            4_096,
            16_384,
            1L << 30,
            1L << 40,
            0,
            false,
            false,
            false,
            1_000);
    return new Swarm(
        d.between(3, 4),
        d.between(4, 6),
        6_000,
        d.pick(5, 10, 20),
        wide,
        0,
        d.chance(0.5),
        d.pick(1, 5),
        1000,
        pages.chance(0.5),
        pages.pick(1, 20),
        0,
        0,
        d.pick(1, 5),
        100_000,
        65_535,
        d.chance(0.5) ? 0.05 : 0.2,
        0.6,
        0,
        0,
        0.02,
        0,
        0,
        0,
        0.25,
        0.02,
        0,
        d.chance(0.3),
        false,
        false,
        false,
        false,
        true);
  }

  /** A broker that drops nothing, over a network and in processes that fail. */
  static Swarm forClients(long seed) {
    Swarm wide = restless(seed);
    Dice d = Dice.of(seed, "swarm of clients");
    return new Swarm(
        d.between(1, 3),
        0,
        0,
        d.pick(20, 60, 200),
        wide.limits(),
        0,
        false,
        d.pick(1, 5, 20, 200),
        1000,
        d.chance(0.5),
        d.pick(1, 20, 300),
        d.chance(0.5) ? 1 : 0.5,
        0,
        d.pick(1, 5, 30),
        d.pick(1, 5, 40, 100_000),
        65_535,
        d.chance(0.3) ? 0.05 : 0,
        0.3,
        d.pick(0, 1, 2, 4),
        0,
        d.chance(0.8) ? 0.05 : 0,
        0.3,
        0,
        0,
        0,
        0,
        0,
        false,
        false,
        false,
        false,
        false,
        false);
  }

  private static Swarm any(long seed) {
    Dice d = Dice.of(seed, "swarm");
    Dice faults = Dice.of(seed, "faults");
    Dice pages = Dice.of(seed, "pages");
    boolean crashes = faults.chance(0.6);
    boolean resets = faults.chance(0.6);
    return new Swarm(
        d.between(1, 4),
        d.between(3, 7),
        d.pick(6_000, 12_000, 20_000),
        d.pick(40, 80, 150, 300),
        limits(Dice.of(seed, "limits"), pages),
        d.pick(0, 0, 1, 5),
        d.chance(0.1),
        d.pick(1, 5, 20, 200),
        d.pick(1, 3, 1000),
        pages.chance(0.6),
        pages.pick(1, 20, 300),
        pages.chance(0.5) ? 1 : 0.5,
        pages.chance(0.5) ? 0.5 : 0,
        d.pick(1, 5, 30),
        d.pick(1, 5, 40, 100_000),
        d.pick(2, 7, 65_535),
        faults.chance(0.5) ? 0.05 : 0,
        faults.chance(0.6) ? 0.3 : 0,
        crashes ? faults.pick(1, 2, 4) : 0,
        crashes && faults.chance(0.2) ? 1 : 0,
        resets ? 0.05 : 0,
        resets && faults.chance(0.5) ? 0.3 : 0,
        faults.chance(0.4) ? 0.05 : 0,
        faults.chance(0.3) ? 0.05 : 0,
        faults.chance(0.6) ? 0.06 : 0,
        faults.chance(0.7) ? 0.06 : 0,
        faults.chance(0.3) ? 0.1 : 0,
        d.chance(0.5),
        d.chance(0.6),
        d.chance(0.15),
        d.chance(0.15),
        d.chance(0.5),
        true);
  }

  private static Limits limits(Dice d, Dice pages) {
    int queue = d.pick(1, 3, 5, 10_000, 10_000, 10_000, 10_000);
    return new Limits(
        100_000,
        10_000,
        2_000,
        10_000,
        20,
        10,
        d.chance(0.1) ? 2 : 1_000,
        d.chance(0.1) ? 2 : 1_000,
        1L << 30,
        queue,
        d.chance(0.1) ? 600 : 1L << 30,
        pages.pick(1, 2, 5, 1_000),
        pages.chance(0.1) ? 300 : 1L << 30,
        pages.pick(1, 2, 5, 128),
        pages.chance(0.2) ? 200 : 1 << 16,
        d.chance(0.5),
        d.chance(0.5),
        d.pick(1, 2, 3, 65_535),
        d.pick(1, 2, 3, 1_000),
        d.pick(0, 1, 3, 100),
        d.pick(0, 1, 3, 16),
        d.chance(0.1) ? 2 : 0,
        d.chance(0.1) ? 3 : 0,
        d.chance(0.15) ? 3 : 0xFFFF_FFFFL,
        d.pick(40, 200, 100_000, 1 << 20),
        2_000,
        d.pick(1, 2, 5, 1_000),
        d.pick(1, 2, 4, 4_096),
        d.pick(1, 2, 4, 16_384),
        d.chance(0.2) ? 200 : 1L << 30,
        d.chance(0.05) ? 8_000 : 1L << 40,
        d.chance(0.05) ? 5 : 0,
        d.chance(0.5),
        false,
        false,
        d.pick(1, 2, 5, 1_000));
  }
}
