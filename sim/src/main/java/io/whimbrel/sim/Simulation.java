package io.whimbrel.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of the real broker in a world of chance: clients, network, disk and time are simulated,
 * on one thread, from one seed. First faults are on; then they end, and everything has to come to
 * rest; then what is left is held against what was promised.
 */
public final class Simulation {
  private static final long REST_MILLIS_MAX = 120_000;

  private final World world;
  private final Watch watch;
  private final SimBroker broker;
  private final Ledger ledger;
  private final RetainedLaw retained;
  private final WillLaw wills;
  private final Dice faults;
  private final List<SimClient> clients = new ArrayList<>();

  /**
   * @param trace hears every line of the history, or null
   */
  public Simulation(long seed, @Nullable Consumer<String> trace) {
    world = new World(seed, Swarm.draw(seed), new History(trace));
    watch = new Watch(world);
    broker = new SimBroker(world, watch, new SimDisk(world));
    retained = new RetainedLaw(world);
    ledger = new Ledger(world, retained);
    wills = new WillLaw(world, broker, ledger);
    faults = Dice.of(seed, "when faults come");
    world.note(world.swarm.toString());
  }

  /**
   * Runs to the end.
   *
   * @return the hash of the history
   * @throws LawBrokenException the broker broke a promise
   */
  public long run() {
    try {
      live();
      rest();
      audit();
    } catch (LawBrokenException e) {
      Reload.tell(world, broker);
      throw e;
    } catch (IllegalStateException | NullPointerException | IndexOutOfBoundsException e) {
      StackTraceElement[] stack = e.getStackTrace();
      world.broken("nothing in the broker fails", e + " at " + stack[0] + " < " + stack[1]);
      world.check();
    }
    return world.history.hash();
  }

  // ---------------------------------------------------------------- phases

  private void live() {
    broker.start();
    Dice d = Dice.of(world.seed, "profiles");
    for (int i = 0; i < world.swarm.clients(); i++) {
      Profile profile = Profile.draw(world, i, d);
      Presence presence = new Presence(world, broker, profile.id());
      SimClient client = new SimClient(world, profile, broker, ledger, presence, wills);
      clients.add(client);
      world.note(profile.toString());
      new Whim(world, client, ledger, presence, wills).begin();
    }
    scheduleFaults();
    runUntil(world.now() + world.swarm.chaosMillis());
  }

  private void scheduleFaults() {
    long span = world.swarm.chaosMillis();
    for (int i = 0; i < world.swarm.crashes(); i++) {
      world.clock.after(faults.between(500, (int) span), broker::crash);
    }
    for (int i = 0; i < world.swarm.diskFailures(); i++) {
      world.clock.after(
          faults.between(500, (int) span),
          () -> {
            if (broker.isUp()) {
              broker.disk().fail();
              world.clock.after(faults.between(1, 500), broker::crash);
            }
          });
    }
  }

  private void runUntil(long end) {
    while (world.clock.step(end)) {
      world.check();
    }
  }

  /** Faults end: within bounded time nothing is left to do. */
  private void rest() {
    world.chaos = false;
    world.note("faults end");
    long end = world.now() + REST_MILLIS_MAX;
    long quiet = 0;
    String why = "";
    runUntil(world.now() + 10_000); // wills, expiries, keep alives
    while (world.now() < end) {
      runUntil(world.now() + 500);
      broker.links().forEach(Link::settle);
      wills.settle();
      why = unsettled();
      quiet = why.isEmpty() ? quiet + 1 : 0;
      if (quiet == 3) {
        return;
      }
    }
    world.broken("everything comes to rest", why);
    world.check();
  }

  private String unsettled() {
    for (SimClient client : clients) {
      String why = client.unsettled();
      if (!why.isEmpty()) {
        return why;
      }
    }
    String inside = broker.unsettled();
    return inside.isEmpty() ? Reload.queued(broker) : inside;
  }

  // ---------------------------------------------------------------- the account

  private void audit() {
    new Auditor(world, broker, retained).begin();
    runUntil(world.now() + 5_000);
    ledger.checkComplete(watch);
    retained.check();
    Reload.check(world, broker);
    checkCounts();
    world.check();
  }

  private void checkCounts() {
    long messages = 0;
    long bytes = 0;
    long resident = 0;
    long stored = 0;
    int subscriptions = 0;
    for (var shard : broker.shards()) {
      for (var session : shard.sessions()) {
        messages += session.queueMessages();
        bytes += session.queueBytes();
        resident += session.residentBytes();
        stored += session.spilled().size();
        stored += session.queue().stream().filter(d -> !d.isRead()).count();
        subscriptions += session.subscriptions().size();
      }
    }
    equal("queued messages", watch.queuedMessages(), messages);
    equal("queued bytes", watch.queuedBytes(), bytes);
    equal("messages on disk alone", watch.storedMessages(), stored);
    equal("bytes on disk alone", watch.storedBytes(), bytes - resident);
    var now = broker.broker();
    if (now != null) {
      equal("the queued bytes the broker counts", now.queuedBytes(), resident);
      equal("clients", now.clients(), watch.live());
      equal("connected clients told", watch.connected(), watch.live());
      equal("subscriptions", now.subscriptions(), subscriptions);
    }
  }

  private void equal(String what, long told, long is) {
    if (told != is) {
      world.broken("what is counted is right", what + ": told " + told + ", are " + is);
    }
  }

  // ---------------------------------------------------------------- to look at

  /** How often each mark was reached. */
  public Map<String, Integer> marks() {
    return world.marks;
  }

  /** Lines of history. */
  public long lines() {
    return world.history.lines();
  }
}
