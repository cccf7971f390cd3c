package io.whimbrel.sim;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * What the gateway owes its sleepers (6.14), told by the datagrams that it hears and says: nothing
 * is said to who sleeps, and PINGRESP when all is said and acknowledged. Owned by the simulation's
 * thread.
 */
final class SleepLaw {
  private final World world;
  private final ToIntFunction<String> queued;
  private final Map<String, Ear> ears = new HashMap<>();

  /** What is known of a device. */
  private static final class Ear {
    private final Set<Integer> messages = new HashSet<>();
    private final Set<Integer> registers = new HashSet<>();
    private boolean falls; // its DISCONNECT is being handled
    private boolean sleeps;
    private boolean woken;
    private long connectedMillis = -1;
  }

  /**
   * @param queued how many messages wait in the session of a client
   */
  SleepLaw(World world, ToIntFunction<String> queued) {
    this.world = world;
    this.queued = queued;
  }

  private Ear ear(String address) {
    return ears.computeIfAbsent(address, a -> new Ear());
  }

  /** The gateway is about to hear this. */
  void hears(String from, SnMessage message) {
    Ear ear = ear(from);
    switch (message.type()) {
      case DISCONNECT -> ear.falls = ((SnMessage.Disconnect) message).sleepSeconds() > 0;
      case CONNECT -> {
        wakes(ear, false);
        ear.connectedMillis = world.now();
      }
      case PINGREQ -> wakes(ear, ear.sleeps || ear.woken);
      case REGACK -> ear.registers.remove(((SnMessage.Regack) message).messageId());
      case PUBACK -> ear.messages.remove(((SnMessage.Puback) message).messageId());
      case PUBCOMP -> ear.messages.remove(((SnMessage.Pubcomp) message).messageId());
      default -> {}
    }
  }

  private static void wakes(Ear ear, boolean byPing) {
    ear.sleeps = false;
    ear.woken = byPing;
  }

  /** When the gateway heard its last CONNECT, which may have been late; -1 for never. */
  long connectedMillis(String address) {
    return ear(address).connectedMillis;
  }

  /** It has heard it. */
  void heard(String from) {
    ear(from).falls = false;
  }

  /** The gateway says this. */
  void says(String to, SnMessage message) {
    Ear ear = ear(to);
    switch (message.type()) {
      case PUBLISH -> {
        silence(to, ear, message.type());
        SnMessage.Publish publish = (SnMessage.Publish) message;
        if (publish.qos() > 0) {
          ear.messages.add(publish.messageId());
        }
      }
      case REGISTER -> {
        silence(to, ear, message.type());
        ear.registers.add(((SnMessage.Register) message).messageId());
      }
      case PUBREL, WILLTOPICREQ, WILLMSGREQ -> silence(to, ear, message.type());
      case PINGRESP -> pingresp(to, ear);
      case DISCONNECT -> {
        ear.sleeps = ear.falls;
        ear.woken = false;
        if (!ear.falls) {
          ears.remove(to);
        }
      }
      case CONNACK -> {
        ear.messages.clear();
        ear.registers.clear();
      }
      default -> {}
    }
  }

  private void silence(String to, Ear ear, SnType said) {
    if (ear.sleeps) {
      world.broken("who sleeps is not spoken to", to + " is told " + said);
    }
  }

  private void pingresp(String to, Ear ear) {
    if (!ear.woken) {
      return;
    }
    if (!ear.messages.isEmpty() || !ear.registers.isEmpty() || queued.applyAsInt(to) > 0) {
      world.broken(
          "PINGRESP comes when all is said and acknowledged",
          to + " has not acknowledged " + ear.messages + ", " + queued.applyAsInt(to) + " wait");
    }
    world.mark("sim: a sleeper has heard all");
    ear.woken = false;
    ear.sleeps = true;
  }

  /** The gateway is gone, and knows nobody any more. */
  void forget() {
    ears.clear();
  }
}
