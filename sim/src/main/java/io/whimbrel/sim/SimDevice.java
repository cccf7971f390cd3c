package io.whimbrel.sim;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnType;

/**
 * A small honest device that speaks MQTT-SN 1.2: asks for one thing at a time and again where no
 * answer comes, sleeps, is switched off and on, and connects again when it is told that it is not
 * connected. Before it begins anew, and behind that where it has not said goodbye, it is quiet for
 * as long as its network may hold a datagram: ids begin anew as well, and nothing tells a copy
 * then. Owned by the simulation's thread.
 *
 * <pre>
 * OFF ──► CONNECTING ──CONNACK──► ACTIVE ──DISCONNECT──► LEAVING ──► OFF
 *              ▲                  │   ▲
 *        "not connected"       DROWSY │ CONNECT
 *                                 ▼   │
 *                               ASLEEP ──PINGREQ──► AWAKE ──PINGRESP──► ASLEEP
 * </pre>
 */
final class SimDevice implements Airwaves.Radio {
  private static final int PING_MILLIS = 2_000;

  enum State {
    OFF,
    CONNECTING,
    ACTIVE,
    DROWSY,
    ASLEEP,
    AWAKE,
    LEAVING
  }

  final DeviceTraits traits;
  final DeviceFlash flash;
  private final World world;
  private final Airwaves airwaves;
  private final SnLedger ledger;
  private final Dice dice;
  private final Runnable mishap;
  private final DeviceEar ear;
  private final DeviceTopics topics;
  private final DeviceRequest request;
  private State state = State.OFF;
  private boolean dead;
  private boolean clean;
  private boolean cleanBefore = true;
  private boolean unanswered;
  private boolean saidGoodbye = true;
  private long quietUntil;
  private long anewUntil;
  private long saidAt;
  private int sleepSeconds;
  private boolean overslept;
  private long goodNightAt;
  private long stateTurn;
  private Wish wish = Wish.STAY;

  /** What it does as soon as nothing is asked for. */
  private enum Wish {
    STAY,
    SLEEP,
    LEAVE
  }

  /**
   * @param mishap something happens to others while this one is being told something
   */
  SimDevice(World world, Airwaves airwaves, SnLedger ledger, DeviceTraits traits, Runnable mishap) {
    this.world = world;
    this.airwaves = airwaves;
    this.ledger = ledger;
    this.traits = traits;
    this.mishap = mishap;
    this.dice = Dice.of(world.seed, "device " + traits.id());
    this.flash = new DeviceFlash(world, traits.firstId());
    this.ear = new DeviceEar(traits.id(), flash, ledger, this::say);
    this.request = new DeviceRequest(world, this::say, this::noGateway);
    this.topics = new DeviceTopics(world, traits, ledger, flash, ear, request, this::say);
    airwaves.join(traits.id(), this);
  }

  private void say(SnMessage message) {
    saidAt = world.now();
    airwaves.up(traits.id(), message);
  }

  private void becomes(State next) {
    state = next;
    stateTurn++;
    world.note(traits.id() + " is " + next);
  }

  /** Later, where nothing else has happened to it. */
  private void after(long millis, Runnable action) {
    long mine = stateTurn;
    world.clock.after(
        millis,
        () -> {
          if (mine == stateTurn) {
            action.run();
          }
        });
  }

  // ---------------------------------------------------------------- coming

  /** Connects, as soon as it may. */
  void connect() {
    if (dead) {
      return;
    }
    boolean begins =
        unanswered
            ? clean // nothing would tell which of two CONNECTs a CONNACK is for
            : traits.clean() || (traits.resets() && world.chaos && dice.chance(0.15));
    long quiet = saidAt + Airwaves.LATE_MILLIS_MAX + 1 - world.now();
    becomes(State.CONNECTING);
    boolean changes = begins || cleanBefore;
    after(changes ? Math.max(0, quiet) : 0, () -> connect(begins));
  }

  private void connect(boolean begins) {
    clean = begins;
    unanswered = true;
    request.end();
    SnMessage connect =
        new SnMessage.Connect(
            traits.will(), clean, traits.keepAliveSeconds(), Texts.octets(traits.id()));
    request.ask(connect, connect, SnType.CONNACK, 0);
  }

  private void onConnack(SnReturnCode code) {
    if (code != SnReturnCode.ACCEPTED) {
      world.mark("sim: a device was not let in");
      request.end();
      becomes(State.OFF);
      after(500, this::connect);
      return;
    }
    request.end();
    if (clean || cleanBefore) {
      flash.beginAnew(ledger);
      ear.forgetAll();
      topics.begin();
      anewUntil = world.now() + Airwaves.LATE_MILLIS_MAX + 1;
      quietUntil = saidGoodbye ? 0 : anewUntil;
    }
    cleanBefore = clean;
    unanswered = false;
    saidGoodbye = false;
    becomes(State.ACTIVE);
    live();
  }

  private void noGateway() {
    ledger.mayBeLost(traits.id());
    becomes(State.OFF);
    after(dice.between(10, 500), this::connect);
  }

  // ---------------------------------------------------------------- being there

  /** What it does next, and soon again. */
  private void live() {
    after(dice.between(5, world.chaos ? 150 : 30), this::live);
    if (state != State.ACTIVE || request.isBusy() || world.now() < quietUntil) {
      return;
    }
    boolean leaves = wish == Wish.LEAVE || (wish == Wish.SLEEP && topics.isDone());
    if (leaves) {
      goAway();
    } else if (!topics.next() && world.now() - saidAt > PING_MILLIS) {
      SnMessage ping = new SnMessage.Pingreq(new byte[0]);
      request.ask(ping, ping, SnType.PINGRESP, 0);
    }
  }

  /** Something to say. */
  void publish() {
    boolean says = state != State.ASLEEP && state != State.AWAKE && wish == Wish.STAY;
    if (flash.out.size() < 6 && (says || dice.chance(0.03))) {
      String topic = dice.pick(DeviceTraits.TOPICS);
      flash.out.add(
          new DeviceFlash.Outgoing(ledger.begin(traits.id(), topic, dice.pick(0, 1, 1, 2, 2, 2))));
    }
  }

  /** One of its subscriptions ends, or is there again. */
  void changeSubscription() {
    topics.change(dice.below(traits.filters().size()));
  }

  /** It wants to sleep. */
  void tire() {
    wish = Wish.SLEEP;
  }

  /** It wants to say goodbye, and comes again. */
  void takeLeave() {
    wish = Wish.LEAVE;
  }

  private void goAway() {
    boolean sleeps = wish == Wish.SLEEP;
    wish = Wish.STAY;
    sleepSeconds = dice.between(5, 10);
    SnMessage goodbye =
        sleeps ? new SnMessage.Disconnect(sleepSeconds) : SnMessage.Disconnect.PLAIN;
    becomes(sleeps ? State.DROWSY : State.LEAVING);
    goodNightAt = world.now();
    request.ask(goodbye, goodbye, SnType.DISCONNECT, 0);
  }

  /** Without a word; comes again after a time. */
  void switchOff(int millis) {
    ledger.mayBeLost(traits.id());
    world.mark("sim: a device was switched off");
    if (state == State.AWAKE) {
      world.mark("sim: a device was switched off while it was told its messages");
    }
    request.end();
    ear.forgetAll();
    overslept = false;
    becomes(State.OFF);
    after(millis, this::connect);
  }

  /** Without a word, and for ever. */
  void die() {
    dead = true;
    request.end();
    becomes(State.OFF);
  }

  /** Says goodbye, and does not come again. */
  void retire() {
    dead = true;
    wish = Wish.LEAVE;
  }

  // ---------------------------------------------------------------- sleep

  private void fallAsleep() {
    request.end();
    becomes(State.ASLEEP);
    overslept = world.chaos && dice.chance(0.02);
    if (overslept) {
      ledger.mayBeLost(traits.id());
      world.mark("sim: a device overslept");
    }
    int longest = dice.chance(0.2) ? sleepSeconds * 700 : 1_500;
    after(dice.between(100, longest) + (overslept ? 15_000 : 0), this::wakeUp);
  }

  /** Whether it sleeps, and for no longer than it said. */
  boolean sleepsAsItSaid() {
    return state == State.ASLEEP && world.now() - saidAt < sleepSeconds * 1_000L;
  }

  boolean saidGoodNightBehind(long millis) {
    return goodNightAt > millis;
  }

  private void wakeUp() {
    overslept = false;
    if (!topics.isDone() || (world.chaos && dice.chance(0.2))) {
      connect();
      return;
    }
    becomes(State.AWAKE);
    SnMessage ping = new SnMessage.Pingreq(Texts.octets(traits.id()));
    request.ask(ping, ping, SnType.PINGRESP, 0);
  }

  // ---------------------------------------------------------------- hearing

  @Override
  public void onMessage(SnMessage message) {
    boolean listens = state != State.OFF && state != State.ASLEEP;
    if (!listens) {
      return;
    }
    world.note(traits.id() + " hears " + Airwaves.told(message));
    switch (message.type()) {
      case WILLTOPICREQ -> {
        request.patience();
        say(new SnMessage.WillTopic(2, false, Texts.octets("w/" + traits.id())));
      }
      case WILLMSGREQ -> {
        request.patience();
        say(new SnMessage.WillMsg(Texts.octets(SnLedger.will(traits.id()))));
      }
      case CONNACK -> {
        if (state == State.CONNECTING && request.waitsFor(SnType.CONNACK, 0)) {
          onConnack(((SnMessage.Connack) message).code());
        }
      }
      case DISCONNECT -> onDisconnect();
      case PINGRESP -> {
        if (request.waitsFor(SnType.PINGRESP, 0)) {
          request.end();
          if (state == State.AWAKE) {
            fallAsleep();
          }
        }
      }
      default -> onOther(message);
    }
  }

  private void onOther(SnMessage message) {
    if (state == State.CONNECTING) {
      return; // of a connection before
    }
    switch (message.type()) {
      case REGISTER -> ear.onRegister((SnMessage.Register) message);
      case PUBREL -> ear.onPubrel(((SnMessage.Pubrel) message).messageId());
      case PUBLISH -> {
        if (topics.isAnew() && world.now() < anewUntil) {
          return; // it has asked for nothing so far: that is of the session before
        }
        ear.onPublish((SnMessage.Publish) message, !traits.clean() && !traits.resets());
      }
      default -> topics.onAnswer(message);
    }
    if (state == State.AWAKE) {
      request.patience();
      if (world.chaos && dice.chance(0.03)) {
        switchOff(dice.between(300, 2_000));
      } else if (world.chaos && dice.chance(0.01)) {
        mishap.run();
      }
    }
  }

  private void onDisconnect() {
    switch (state) {
      case DROWSY -> fallAsleep();
      case LEAVING -> {
        saidGoodbye = true;
        request.end();
        becomes(State.OFF);
        after(dice.between(100, 3_000), this::connect);
      }
      case ACTIVE, AWAKE -> {
        ledger.mayBeLost(traits.id());
        world.mark("sim: a device was told that it is not connected");
        request.end();
        becomes(State.OFF);
        after(dice.between(1, 300), this::connect);
      }
      case OFF, CONNECTING, ASLEEP -> {}
    }
  }

  // ---------------------------------------------------------------- to look at

  State state() {
    return state;
  }

  /** What it still has to do, empty for nothing. */
  String unsettled() {
    if (state != State.ACTIVE && state != State.ASLEEP) {
      return traits.id() + " is " + state;
    }
    if (state == State.ACTIVE && request.isBusy()) {
      return traits.id() + " waits for " + request;
    }
    if (overslept) {
      return traits.id() + " has overslept";
    }
    return topics.isDone() ? "" : traits.id() + " is not done: " + topics;
  }
}
