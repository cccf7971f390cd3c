package io.whimbrel.sim;

import io.whimbrel.codec.sn.SnDecoder;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMalformedException;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.sn.SnGateway;
import io.whimbrel.sn.SnLink;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnPeer;
import io.whimbrel.sn.SnSettings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The network between devices and the gateway of the broker: datagrams are lost, doubled, late, and
 * overtake each other, both ways. What is under way when the broker dies is lost: a restart takes
 * longer than a network holds a datagram. Owned by the simulation's thread.
 */
final class Airwaves implements SnLink, SimBroker.Beside {
  /** No datagram is later than that, which is less than T_retry. */
  static final int LATE_MILLIS_MAX = 700;

  static final int RETRY_MILLIS = 1_000;

  /** So many that with a loss of a fifth each way nobody is lost but in one of 70,000 times. */
  static final int RETRIES_MAX = 10;

  static final int PREDEFINED = 1;
  static final String PREDEFINED_TOPIC = "pre/one";

  private final World world;
  private final Dice dice;
  private final SnSettings settings;
  private final SnObserver observer;
  private final SleepLaw law;
  private final double loss;
  private final double doubling;
  private final double lateness;
  private final Map<String, Radio> radios = new HashMap<>();
  private final SnDecoder decoder = new SnDecoder();
  private @Nullable Loop loop;
  private @Nullable SnGateway gateway;
  private int life;

  /** The side of a device. */
  interface Radio {
    void onMessage(SnMessage message);
  }

  /** Where a device is. */
  record Place(String address) implements SnPeer {}

  Airwaves(World world, SleepLaw law, SnObserver observer) {
    this.world = world;
    this.law = law;
    this.observer = observer;
    this.dice = Dice.of(world.seed, "airwaves");
    this.loss = dice.chance(0.6) ? 0.2 : dice.chance(0.5) ? 0.05 : 0;
    this.doubling = dice.chance(0.8) ? 0.2 : 0;
    this.lateness = dice.chance(0.8) ? 0.25 : 0.05;
    this.settings =
        new SnSettings(
            1,
            0,
            RETRY_MILLIS,
            loss == 0 ? 2 : loss < 0.1 ? 4 : RETRIES_MAX,
            50,
            dice.chance(0.8) ? 1_000 : 3,
            Map.of(PREDEFINED, PREDEFINED_TOPIC),
            false,
            false,
            false);
    world.note("airwaves lose " + loss + ", double " + doubling + ", delay " + lateness);
  }

  /** A device is at an address. */
  void join(String address, Radio radio) {
    radios.put(address, radio);
  }

  // ---------------------------------------------------------------- the broker

  @Override
  public void begins(List<Loop> loops) {
    Loop first = dice.pick(loops);
    loop = first;
    gateway =
        new SnGateway(first.shard(), this, settings, observer, "sn-udp", world.listeners.next());
  }

  @Override
  public void dies() {
    life++;
    loop = null;
    gateway = null;
    law.forget();
  }

  @Override
  public int restartMillisMin() {
    return LATE_MILLIS_MAX;
  }

  /** Devices, as the gateway knows them. */
  int devices() {
    SnGateway there = gateway;
    return there == null ? 0 : there.devices();
  }

  // ---------------------------------------------------------------- datagrams

  /** A device says something. */
  void up(String address, SnMessage message) {
    world.note(address + " says " + told(message));
    copies(() -> arrive(address, message));
  }

  private void arrive(String address, SnMessage message) {
    Loop there = loop;
    SnGateway listening = gateway;
    if (there == null || listening == null) {
      return;
    }
    int now = life;
    there.input(
        () -> {
          if (now == life) {
            world.note("gateway hears " + told(message) + " of " + address);
            byte[] bytes = SnEncoder.bytes(message);
            law.hears(address, message);
            listening.onDatagram(new Place(address), bytes, 0, bytes.length);
            law.heard(address);
            Arrays.fill(bytes, (byte) 0x55); // the edge uses its array again
          }
        });
  }

  @Override
  public void send(SnPeer to, byte[] datagram) {
    try {
      SnMessage message = decoder.decode(datagram, 0, datagram.length);
      world.note("gateway says " + told(message) + " to " + to.address());
      law.says(to.address(), message);
      Radio radio = radios.get(to.address());
      if (radio != null) {
        copies(() -> radio.onMessage(message));
      }
    } catch (SnMalformedException broken) {
      world.broken("the gateway speaks MQTT-SN", broken.explanation());
    }
  }

  private void copies(Runnable arrival) {
    int copies =
        !world.chaos ? 1 : dice.chance(loss) ? 0 : dice.chance(doubling) ? dice.between(2, 3) : 1;
    for (int i = 0; i < copies; i++) {
      int now = life;
      boolean late = world.chaos && dice.chance(lateness);
      world.clock.after(
          dice.between(1, late ? LATE_MILLIS_MAX : world.chaos ? 20 : 2),
          () -> {
            if (now == life) {
              arrival.run();
            }
          });
    }
  }

  @Override
  public void broadcast(byte[] datagram, int radius) {}

  @Override
  public int sizeMax() {
    return 1_000;
  }

  /** A message, with its payload as text. */
  static String told(SnMessage message) {
    return message instanceof SnMessage.Publish p
        ? "PUBLISH "
            + p.messageId()
            + (p.dup() ? " again" : "")
            + " QoS "
            + p.qos()
            + " "
            + p.topic().kind()
            + " "
            + p.topic().value()
            + " "
            + Texts.of(p.payload())
        : told(message, Texts.of(name(message)));
  }

  private static byte[] name(SnMessage message) {
    if (message instanceof SnMessage.Register r) {
      return r.topic();
    }
    if (message instanceof SnMessage.Subscribe s) {
      return s.filter();
    }
    return message instanceof SnMessage.Unsubscribe u ? u.filter() : new byte[0];
  }

  private static String told(SnMessage message, String name) {
    String plain = message.toString().replaceAll("\\[B@[0-9a-f]+", name.isEmpty() ? "-" : name);
    return message.type() + plain.substring(plain.indexOf('['));
  }
}
