package io.whimbrel.sim;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.session.Session;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.sn.SnObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of devices that speak MQTT-SN at the gateway of the real broker, beside a client of MQTT,
 * over a network that loses, doubles and delays datagrams. Devices sleep, are switched off, and
 * come again; the broker dies. Then faults end, all comes to rest, and the account is made: of
 * messages, and in the end of Wills.
 */
public final class SnSimulation {
  /** What enough seeds have to reach. */
  static final List<String> REQUIRED =
      List.of(
          "in flight message read back",
          "queue spilled",
          "transaction over shards",
          "will published",
          "sim: a copy came behind PUBREL",
          "sim: a device had no topic id left",
          "sim: a device overslept",
          "sim: a device was switched off",
          "sim: a device was switched off while it was told its messages",
          "sim: a device was told that it is not connected",
          "sim: a sleeper has heard all",
          "sim: crash kept part of a sync",
          "sim: crash lost a sync",
          "sim: exactly once from MQTT to a device",
          "sim: exactly once from a device to MQTT",
          "sim: exactly once from a device to a device",
          "sim: message ids begin at 1 again",
          "sim: no room for a topic id",
          "sim: the broker died while a device was told its messages");

  private static final long REST_MILLIS_MAX = 240_000;
  private static final int CHAOS_MILLIS = 25_000;
  private static final int LOST_MILLIS = 40_000;

  private final World world;
  private final SimBroker broker;
  private final Airwaves airwaves;
  private final SnLedger ledger;
  private final SleepLaw sleep;
  private final SnWitness witness;
  private final Dice dice;
  private final List<SimDevice> devices = new ArrayList<>();
  private int crashesLeft;

  /**
   * @param trace hears every line of the history, or null
   */
  public SnSimulation(long seed, @Nullable Consumer<String> trace) {
    world = new World(seed, Swarm.forClients(seed), new History(trace));
    ledger = new SnLedger(world);
    sleep = new SleepLaw(world, this::queued);
    airwaves = new Airwaves(world, sleep, new Drops());
    broker = new SimBroker(world, new Watch(world, this::ended), new SimDisk(world), airwaves);
    witness = new SnWitness(world, broker, ledger);
    dice = Dice.of(seed, "devices");
    crashesLeft = (int) world.swarm.crashes();
  }

  /** What the gateway gives up. */
  private final class Drops implements SnObserver {
    @Override
    public void dropped(String clientId, String why) {
      world.note("gateway drops a message for " + clientId + ": " + why);
      ledger.dropped(clientId, why);
    }

    @Override
    public void malformed(String why) {
      world.broken("no correct device is misunderstood", why);
    }
  }

  private void ended(String client, ReasonCode reason) {
    for (SimDevice device : devices) {
      boolean lost = reason != ReasonCode.SUCCESS && device.traits.id().equals(client);
      // A CONNECT that came behind its DISCONNECT has woken it up, as far as anybody can tell.
      long late = sleep.connectedMillis(client);
      if (lost && device.sleepsAsItSaid() && device.saidGoodNightBehind(late)) {
        world.broken("who sleeps as long as it said is not lost", client);
      }
    }
  }

  private int queued(String client) {
    for (Shard shard : broker.shards()) {
      for (Session session : shard.sessions()) {
        if (session.ref().clientId().equals(client) && session.isConnected()) {
          return session.queueMessages();
        }
      }
    }
    return 0;
  }

  /**
   * Runs to the end.
   *
   * @return the hash of the history
   * @throws LawBrokenException the gateway or the broker broke a promise
   */
  public long run() {
    try {
      begin();
      runUntil(world.now() + CHAOS_MILLIS);
      rest();
      ledger.check();
      countDevices(devices.size());
      world.check();
      end();
    } catch (LawBrokenException e) {
      Reload.tell(world, broker);
      throw e;
    } catch (IllegalStateException | NullPointerException | IndexOutOfBoundsException e) {
      StackTraceElement[] stack = e.getStackTrace();
      world.broken("nothing fails", e + " at " + stack[0] + " < " + stack[1]);
      world.check();
    }
    return world.history.hash();
  }

  // ---------------------------------------------------------------- phases

  private void begin() {
    broker.start();
    witness.connect();
    while (!witness.isThere()) { // before, nobody would hear
      runUntil(world.now() + 100);
    }
    for (int i = dice.between(2, 4); i > 0; i--) {
      DeviceTraits traits = DeviceTraits.draw("d" + i, dice);
      world.note(traits.toString());
      SimDevice device = new SimDevice(world, airwaves, ledger, traits, this::crashInBetween);
      devices.add(device);
      world.clock.after(dice.between(0, 500), device::connect);
      live(device);
    }
    liveWitness();
    for (int i = 0; i < world.swarm.crashes(); i++) {
      world.clock.after(dice.between(2_000, CHAOS_MILLIS), this::crash);
    }
  }

  private void crashInBetween() {
    if (crashesLeft > 0 && broker.isUp()) {
      world.mark("sim: the broker died while a device was told its messages");
      crash();
    }
  }

  private void crash() {
    if (crashesLeft > 0 && broker.isUp()) {
      crashesLeft--;
      devices.forEach(device -> ledger.mayBeLost(device.traits.id()));
      broker.crash();
    }
  }

  /** What a device feels like, and what happens to it. */
  private void live(SimDevice device) {
    world.clock.after(
        dice.between(1, world.swarm.gapMillis() * 4),
        () -> {
          if (world.chaos) {
            act(device, dice.below(1_000));
            live(device);
          }
        });
  }

  private void act(SimDevice device, int what) {
    if (what < 600) {
      device.publish();
    } else if (what < 630) {
      device.changeSubscription();
    } else if (what < 640 && device.state() != SimDevice.State.OFF) {
      device.switchOff(dice.chance(0.15) ? dice.between(8_000, 12_000) : dice.between(300, 2_000));
    } else if (what < 700) {
      device.tire();
    } else if (what < 715) {
      device.takeLeave();
    }
  }

  private void liveWitness() {
    world.clock.after(
        dice.between(1, world.swarm.gapMillis() * 4),
        () -> {
          if (world.chaos) {
            if (dice.chance(world.swarm.resets())) {
              witness.breakConnection();
            }
            witness.publish();
            liveWitness();
          }
        });
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
    runUntil(world.now() + 10_000);
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
    for (SimDevice each : devices) {
      String why = each.unsettled();
      if (!why.isEmpty()) {
        return why;
      }
    }
    String outside = witness.unsettled();
    String inside = outside.isEmpty() ? broker.unsettled() : outside;
    return inside.isEmpty() ? Reload.queued(broker) : inside;
  }

  // ---------------------------------------------------------------- the end

  /** Some devices are switched off for ever, some say goodbye: each Will is published, or not. */
  private void end() {
    world.note("devices go");
    Map<SimDevice, Integer> due = new HashMap<>();
    for (SimDevice device : devices) {
      boolean dies = device.state() == SimDevice.State.ASLEEP || dice.chance(0.5);
      int before = ledger.wills(device.traits.id());
      due.put(device, before + (dies && device.traits.will() ? 1 : 0));
      if (dies) {
        device.die();
      } else {
        device.retire();
      }
    }
    runUntil(world.now() + LOST_MILLIS);
    due.forEach(
        (device, wanted) -> {
          int seen = ledger.wills(device.traits.id());
          if (seen != wanted) {
            world.broken(
                "a Will is published once, and of who is lost",
                device.traits.id() + " had " + seen + ", due were " + wanted);
          }
        });
    countDevices(0);
    world.check();
  }

  private void countDevices(int wanted) {
    if (airwaves.devices() != wanted) {
      world.broken(
          "the gateway knows who is there", airwaves.devices() + " devices instead of " + wanted);
    }
  }

  /** How often each mark was reached. */
  public Map<String, Integer> marks() {
    return world.marks;
  }
}
