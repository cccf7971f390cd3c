package io.whimbrel.sim;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.Rights;
import io.whimbrel.core.shard.Broker;
import io.whimbrel.core.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The real broker in a simulated process: it dies, and is started again from what its disk kept.
 * Owned by the simulation's thread.
 */
final class SimBroker {
  private final World world;
  private final Dice dice;
  private final Watch watch;
  private final SimDisk disk;
  private final List<Link> links = new ArrayList<>();
  private final List<Long> crashes = new ArrayList<>();
  private final List<Long> starts = new ArrayList<>();
  private List<Loop> loops = List.of();
  private @Nullable Broker broker;
  private final Beside beside;
  private int lastLink;

  /** What lives and dies with the process, beside the broker. */
  interface Beside {
    /** Nothing. */
    Beside NOTHING =
        new Beside() {
          @Override
          public void begins(List<Loop> loops) {}

          @Override
          public void dies() {}

          @Override
          public int restartMillisMin() {
            return 0;
          }
        };

    /** The broker is about to load what its disk kept. */
    void begins(List<Loop> loops);

    /** The process is gone. */
    void dies();

    /** How long it takes at least until it is back. */
    int restartMillisMin();
  }

  SimBroker(World world, Watch watch, SimDisk disk) {
    this(world, watch, disk, Beside.NOTHING);
  }

  SimBroker(World world, Watch watch, SimDisk disk, Beside beside) {
    this.world = world;
    this.watch = watch;
    this.disk = disk;
    this.beside = beside;
    this.dice = Dice.of(world.seed, "broker");
  }

  // ---------------------------------------------------------------- lives

  void start() {
    int shards = world.swarm.shards();
    if (!crashes.isEmpty() && dice.chance(0.2)) {
      shards = dice.between(1, 4); // started again with another number of event loops
    }
    int committer = shards;
    int outside = shards + 1;
    List<Loop> started = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      started.add(new Loop(world, i, shards + 2, Dice.of(dice.number(), "loop")));
    }
    loops = started;
    world.sender = outside;
    Broker made =
        new Broker(
            shards,
            world.swarm.limits(),
            new Door(),
            watch,
            (shard, mail) -> started.get(shard).mail(world.sender, mail),
            (shard, listener) ->
                disk.open(listener, answer -> started.get(shard).mail(committer, answer)),
            dice.number());
    for (int i = 0; i < shards; i++) {
      started.get(i).shard(made.shards().get(i));
    }
    broker = made;
    starts.add(world.now());
    world.note("broker starts with " + shards + " shards");
    watch.restarted();
    beside.begins(started);
    made.load(disk, world.now() + world.swarm.skewMillis());
    started.forEach(loop -> loop.input(() -> {}));
  }

  void crash() {
    if (broker == null) {
      return;
    }
    world.note("broker crashes");
    crashes.add(world.now());
    broker = null;
    loops.forEach(Loop::die);
    beside.dies();
    watch.broken();
    disk.crash();
    for (Link link : List.copyOf(links)) {
      link.brokerDied(!dice.chance(world.swarm.halfOpen()));
    }
    int millis = world.chaos ? dice.pick(0, 10, 500, 2_500) : 0;
    world.clock.after(Math.max(millis, beside.restartMillisMin()), this::start);
  }

  private static final Admission GUEST = Admission.of("", "anonymous", new Everything());

  /** Lets everybody in, some of them later. */
  private final class Door implements Access {
    @Override
    public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
      if (dice.chance(0.3)) {
        world.clock.after(dice.between(0, 50), () -> answer.accept(GUEST));
      } else {
        answer.accept(GUEST);
      }
    }

    @Override
    public void continueAuthentication(
        String clientId,
        Connect connect,
        Origin origin,
        byte @Nullable [] data,
        @Nullable Object state,
        Answer answer) {
      answer.refuse(ReasonCode.NOT_AUTHORIZED);
    }

    @Override
    public Rights rightsOf(Identity who) {
      return new Everything();
    }
  }

  // ---------------------------------------------------------------- connections

  /** A new connection to a loop drawn from the seed; null while the process is down. */
  @Nullable Link connect(String clientId, Link.End end) {
    if (broker == null) {
      return null;
    }
    links.removeIf(Link::isOver);
    Loop loop = dice.pick(loops);
    Link link = new Link(world, ++lastLink, clientId, loop, end, Dice.of(dice.number(), "link"));
    links.add(link);
    watch.watch(link);
    return link;
  }

  List<Link> links() {
    return List.copyOf(links);
  }

  // ---------------------------------------------------------------- to look at

  boolean isUp() {
    return broker != null;
  }

  @Nullable Broker broker() {
    return broker;
  }

  List<Shard> shards() {
    return broker == null ? List.of() : broker.shards();
  }

  SimDisk disk() {
    return disk;
  }

  /** When the process died, in order. */
  List<Long> crashes() {
    return crashes;
  }

  /** When it was started, in order; the first start is no restart. */
  List<Long> starts() {
    return starts;
  }

  /** Whether it crashed at or after the given time. */
  boolean crashedSince(long when) {
    return !crashes.isEmpty() && crashes.get(crashes.size() - 1) >= when;
  }

  /** What is still to be done inside, empty for nothing. */
  String unsettled() {
    if (broker == null) {
      return "the broker is down";
    }
    if (!disk.isIdle()) {
      return "the disk is busy";
    }
    for (int i = 0; i < loops.size(); i++) {
      Shard shard = shards().get(i);
      if (!loops.get(i).isIdle()) {
        return "mail waits for shard " + i;
      }
      if (shard.arrivalsPending() > 0) {
        return "hand-over pending on shard " + i;
      }
      if (shard.pagesPending() > 0) {
        return "a page is pending on shard " + i;
      }
      if (shard.promisesPending() > 0) {
        return "promise pending on shard " + i;
      }
      for (int j = 0; j < loops.size(); j++) {
        if (broker.lane(i, j) != 0) {
          return "letters from " + i + " to " + j + " pending: " + broker.lane(i, j);
        }
      }
    }
    return "";
  }
}
