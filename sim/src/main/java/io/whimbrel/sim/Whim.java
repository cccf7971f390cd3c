package io.whimbrel.sim;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What one client feels like doing, moment by moment; while faults are on also nothing, or harm to
 * its own connection. Owned by the simulation's thread.
 */
final class Whim {
  private static final List<String> TOPICS = List.of("a", "a/b", "a/c", "b/b", "b/c/d", "$x/b");
  private static final List<String> FILTERS =
      List.of(
          "a", "a/b", "a/#", "#", "+/b", "a/+", "+/+/d", "b/c/d", "r/#", "r/c1/+", "w/#", "$x/#");
  private static final List<String> SHARED =
      List.of("$share/g/a/#", "$share/g/+/b", "$share/h/a/b", "$share/g/b/c/d");

  private final World world;
  private final SimClient client;
  private final Profile profile;
  private final Ledger ledger;
  private final Presence presence;
  private final WillLaw wills;
  private final Dice dice;
  private final Dice harm;
  private int connections;
  private long mutedUntil;
  private long lastSent;
  private boolean lazyPings;

  Whim(World world, SimClient client, Ledger ledger, Presence presence, WillLaw wills) {
    this.world = world;
    this.client = client;
    this.profile = client.profile;
    this.ledger = ledger;
    this.presence = presence;
    this.wills = wills;
    this.dice = Dice.of(world.seed, "whim " + profile.id());
    this.harm = Dice.of(world.seed, "harm " + profile.id());
  }

  void begin() {
    world.clock.after(dice.between(0, 100), this::live);
  }

  private void live() {
    moment();
    int gap = world.chaos ? world.swarm.gapMillis() : 10;
    world.clock.after(dice.between(1, gap), this::live);
  }

  private void moment() {
    ClientConnection now = client.connection();
    if (now == null) {
      if (!world.chaos || dice.chance(0.5)) {
        connect();
      }
      return;
    }
    if (!now.established) {
      wait(now);
      return;
    }
    if (world.now() >= mutedUntil || !world.chaos) {
      now.acknowledge(world.chaos ? dice.between(0, 4) : 100);
    }
    keepAlive(now);
    if (world.chaos) {
      if (!harm(now)) {
        act();
      }
    } else {
      lazyPings = false;
      now.link().slow(false);
      subscribeWitness();
    }
  }

  /** CONNACK does not come: again, over another connection, or after a while for certain. */
  private void wait(ClientConnection now) {
    // Only who never asks for a clean start: a late one would wipe what a later connection did.
    boolean calm = profile.cleanChance() > 0 || client.life().doubtful;
    boolean mayBe = world.chaos && world.swarm.impatience() && !calm;
    boolean impatient = mayBe && harm.chance(world.swarm.takeovers());
    if (impatient) {
      world.mark("sim: CONNECT again before CONNACK");
      client.abandon();
      connect();
    } else if (world.now() - now.began > 6_000) {
      now.link().closeByClient(false);
      client.abandon();
    }
  }

  // ---------------------------------------------------------------- connections

  private void connect() {
    boolean clean = client.life().doubtful || dice.chance(profile.cleanChance());
    boolean wantsWill = dice.chance(profile.willChance());
    long granted = profile.granted(clean, world.swarm.limits().sessionExpiryMaxSeconds());
    ClientConnection made = client.open(clean);
    if (made == null) {
      return;
    }
    connections++;
    presence.asks(made.link(), clean, granted);
    Message will = null;
    Will said = null;
    long delay = profile.isFive() ? dice.pick(0, 0, 1, 2) : 0;
    if (wantsWill) {
      will =
          ledger.message(
              profile.id(),
              connections,
              "w/" + profile.id(),
              dice.pick(0, 1, 2, 2),
              false,
              true,
              -1);
      will.sent(world.now());
      said =
          new Will(
              TopicName.of(will.topic),
              will.key.getBytes(StandardCharsets.UTF_8),
              Qos.of(will.qos),
              false,
              delay == 0
                  ? Properties.NONE
                  : Properties.builder().set(PropertyId.WILL_DELAY_INTERVAL, delay).build());
    }
    wills.connects(made.link(), clean, will, delay, granted);
    world.note(profile.id() + " connects by " + made.link());
    made.send(
        new Connect(
            profile.version(),
            clean,
            profile.keepAliveSeconds(),
            properties(),
            profile.id(),
            said,
            null,
            null));
    lastSent = world.now();
    lazyPings = world.chaos && harm.chance(world.swarm.mutes());
  }

  private Properties properties() {
    if (!profile.isFive()) {
      return Properties.NONE;
    }
    Properties.Builder told = Properties.builder();
    if (profile.expirySeconds() > 0) {
      told.set(PropertyId.SESSION_EXPIRY_INTERVAL, profile.expirySeconds());
    }
    if (profile.receiveMaximum() < 65_535) {
      told.set(PropertyId.RECEIVE_MAXIMUM, profile.receiveMaximum());
    }
    if (profile.aliasMaximum() > 0) {
      told.set(PropertyId.TOPIC_ALIAS_MAXIMUM, profile.aliasMaximum());
    }
    if (profile.packetSizeMax() > 0) {
      told.set(PropertyId.MAXIMUM_PACKET_SIZE, profile.packetSizeMax());
    }
    return told.build();
  }

  private void keepAlive(ClientConnection now) {
    if (!lazyPings && world.now() - lastSent > 300) {
      lastSent = world.now();
      now.send(Pingreq.INSTANCE);
    }
    boolean deaf = world.now() - now.heardAt > 4_000;
    if (deaf && !lazyPings) {
      world.mark("sim: client gives up a silent connection");
      now.link().closeByClient(false);
      client.abandon();
    }
  }

  // ---------------------------------------------------------------- harm

  private boolean harm(ClientConnection now) {
    Swarm swarm = world.swarm;
    if (harm.chance(swarm.resets())) {
      boolean half = harm.chance(swarm.halfOpen());
      boolean brokerHears = !half || harm.chance(0.5);
      now.link().reset(!half || brokerHears == false, brokerHears);
      return true;
    }
    if (harm.chance(swarm.takeovers())) {
      world.mark("sim: takeover");
      client.abandon(); // the old connection stays open, and is heard no more
      connect();
      return true;
    }
    if (harm.chance(swarm.goodbyes())) {
      goodbye(now);
      return true;
    }
    if (harm.chance(swarm.mutes())) {
      mutedUntil = world.now() + harm.between(100, 3_000);
    }
    if (harm.chance(swarm.slowReaders())) {
      now.link().slow(harm.chance(0.6));
    }
    return false;
  }

  private void goodbye(ClientConnection now) {
    int kind = harm.below(4);
    if (kind < 3) {
      Properties properties = Properties.NONE;
      boolean withWill = kind == 1 && profile.isFive();
      if (kind == 2 && profile.isFive() && profile.expirySeconds() > 0) {
        long changed = harm.pick(0, 1, 5);
        properties = Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, changed).build();
        long granted = Math.min(changed, world.swarm.limits().sessionExpiryMaxSeconds());
        presence.changes(client.life(), granted);
        wills.changes(now.link(), granted);
      }
      if (!withWill) {
        wills.goodbye(now.link());
      }
      now.send(
          new Disconnect(
              withWill ? ReasonCode.DISCONNECT_WITH_WILL : ReasonCode.SUCCESS, properties));
    }
    now.link().closeByClient(harm.chance(0.8));
    client.abandon();
  }

  // ---------------------------------------------------------------- what it wants

  private void act() {
    if (dice.chance(profile.publishShare())) {
      for (int i = dice.between(1, 3); i > 0; i--) {
        publish();
      }
      return;
    }
    subscribeWitness();
    if (dice.chance(0.3)) {
      subscribe();
    } else if (dice.chance(0.15) && !profile.id().equals("c0")) {
      client.unsubscribe(dice.pick(profile.worker() ? SHARED : FILTERS));
    }
    lastSent = world.now();
  }

  /** The first client always wants to know of wills, and of one topic. */
  private void subscribeWitness() {
    boolean has =
        client.life().subs.stream().anyMatch(s -> s.filter.equals("w/+") && s.changingAt < 0);
    if (profile.id().equals("c0") && !has && client.isConnected()) {
      client.subscribe(
          List.of(
              client.request("w/+", 2, false, false, 0), client.request("a/b", 2, false, false, 0)),
          0);
    }
  }

  private void subscribe() {
    List<String> among = profile.worker() ? SHARED : FILTERS;
    List<SubscriptionRequest> wanted = new ArrayList<>();
    for (int i = dice.between(1, 2); i > 0; i--) {
      String filter = dice.pick(among);
      boolean twice = wanted.stream().anyMatch(w -> w.filter().toString().equals(filter));
      if (!twice) {
        wanted.add(
            client.request(
                filter,
                profile.worker() ? dice.between(1, 2) : dice.between(0, 2),
                dice.chance(0.2),
                dice.chance(0.3),
                dice.between(0, 2)));
      }
    }
    client.subscribe(wanted, profile.isFive() && dice.chance(0.6) ? dice.between(1, 9) : 0);
  }

  private void publish() {
    ClientConnection now = client.connection();
    if (now == null) {
      return;
    }
    boolean scarce = world.swarm.limits().retainedMessagesMax() < 100;
    boolean retain = dice.chance(0.25) && (profile.isFive() || !scarce); // 3.x is never told
    String topic = retain ? "r/" + profile.id() + "/" + dice.between(0, 1) : dice.pick(TOPICS);
    int expiry = profile.isFive() && dice.chance(0.1) ? dice.between(1, 3) : -1;
    Message message =
        ledger.message(
            profile.id(),
            connections,
            topic,
            dice.between(0, 2),
            retain,
            false,
            retain ? -1 : expiry);
    message.removal = retain && dice.chance(0.2);
    if (client.publish(message, payload(message), dice.chance(0.5))) {
      lastSent = world.now();
    }
  }

  private byte[] payload(Message message) {
    if (message.removal) {
      return new byte[0];
    }
    int padding = dice.chance(0.2) ? dice.between(0, 150) : 0;
    if (world.swarm.bigPayloads() && dice.chance(0.1)) {
      padding = dice.between(8_000, 9_000);
    }
    String text = message.key + (padding == 0 ? "" : " " + "x".repeat(padding));
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
