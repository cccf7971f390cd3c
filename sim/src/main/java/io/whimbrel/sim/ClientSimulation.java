package io.whimbrel.sim;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of the client library's sessions against the real broker, both ends real and everything
 * between them simulated: the network splits, delays and breaks, and the processes at both ends die
 * and are started again. Publishers with outboxes on disk, and one listener.
 */
public final class ClientSimulation {
  private static final long REST_MILLIS_MAX = 240_000;
  private static final long CHAOS_MILLIS = 15_000;

  private final World world;
  private final SimBroker broker;
  private final ClientLedger ledger;
  private final Dice dice;
  private final List<ClientProcess> processes = new ArrayList<>();

  /**
   * @param trace hears every line of the history, or null
   */
  public ClientSimulation(long seed, @Nullable Consumer<String> trace) {
    world = new World(seed, Swarm.forClients(seed), new History(trace));
    broker = new SimBroker(world, new Watch(world), new SimDisk(world));
    ledger = new ClientLedger(world);
    dice = Dice.of(seed, "clients");
  }

  /**
   * Runs to the end.
   *
   * @return the hash of the history
   * @throws LawBrokenException the client or the broker broke a promise
   */
  public long run() {
    try {
      begin();
      runUntil(world.now() + CHAOS_MILLIS);
      rest();
      ledger.check();
      world.check();
    } catch (IllegalStateException | NullPointerException | IndexOutOfBoundsException e) {
      StackTraceElement[] stack = e.getStackTrace();
      world.broken("nothing fails", e + " at " + stack[0] + " < " + stack[1]);
      world.check();
    }
    return world.history.hash();
  }

  private void begin() {
    broker.start();
    add("listener", true);
    processes.get(0).connect();
    // Who publishes comes when the subscription is made: before, nobody would hear it.
    world.clock.after(
        4_000,
        () -> {
          for (int i = 0; i < dice.between(1, 3); i++) {
            add("publisher" + i, false);
          }
          for (ClientProcess each : processes) {
            each.connect();
            live(each);
          }
          for (int i = 0; i < world.swarm.crashes(); i++) {
            world.clock.after(dice.between(100, (int) CHAOS_MILLIS - 5_000), broker::crash);
          }
        });
  }

  private void add(String id, boolean subscribes) {
    ProtocolVersion version =
        dice.chance(0.7) ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1;
    processes.add(new ClientProcess(world, broker, ledger, id, version, subscribes));
  }

  /** What a process does, and what happens to it, while faults are on. */
  private void live(ClientProcess process) {
    if (!world.chaos) {
      return;
    }
    double harm = world.swarm.resets();
    if (dice.chance(harm)) {
      process.breakConnection();
    } else if (dice.chance(harm / 2)) {
      process.crash();
    } else if (!process.id.equals("listener")) {
      for (int i = dice.between(0, 3); i > 0; i--) {
        process.publish(Qos.of(dice.below(3)), dice.chance(0.5) ? "t/a" : "t/b");
      }
    }
    world.clock.after(dice.between(1, world.swarm.gapMillis()), () -> live(process));
  }

  private void runUntil(long end) {
    while (world.clock.step(end)) {
      world.check();
    }
  }

  private void rest() {
    world.chaos = false;
    world.note("faults end");
    long end = world.now() + REST_MILLIS_MAX;
    int quiet = 0;
    String why = "";
    while (world.now() < end) {
      runUntil(world.now() + 500);
      broker.links().forEach(Link::settle);
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
    for (ClientProcess each : processes) {
      String why = each.unsettled();
      if (!why.isEmpty()) {
        return why;
      }
    }
    String inside = broker.unsettled();
    return inside.isEmpty() ? Reload.queued(broker) : inside;
  }

  /** How often each mark was reached. */
  public Map<String, Integer> marks() {
    return world.marks;
  }
}
