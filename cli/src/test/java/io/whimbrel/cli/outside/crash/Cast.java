package io.whimbrel.cli.outside.crash;

import static io.whimbrel.cli.outside.crash.Subscriber.Way.COMES_AND_GOES;
import static io.whimbrel.cli.outside.crash.Subscriber.Way.ENDS_SESSIONS;
import static io.whimbrel.cli.outside.crash.Subscriber.Way.IS_AWAY;
import static io.whimbrel.cli.outside.crash.Subscriber.Way.STAYS;
import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import java.util.ArrayList;
import java.util.List;

/** Everybody who plays a part. */
final class Cast {
  private static final long LONG = SessionFate.LONG_SECONDS;
  private static final long QUIET_MILLIS = 250;

  private final World world;
  private final List<Publisher> publishers = new ArrayList<>();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final List<ShareMember> members = new ArrayList<>();
  private final ShareInbox shared;
  private final WillWatcher watcher;

  Cast(World world) {
    this.world = world;
    ProtocolVersion[] versions = {MQTT_5, MQTT_3_1_1};
    for (ProtocolVersion version : versions) {
      String v = version.isFive() ? "5" : "3";
      for (Subscriber.Way way : Subscriber.Way.values()) {
        String id = "s" + v + way.name().charAt(0);
        subscribers.add(new Subscriber(world, id, version, way, Qos.EXACTLY_ONCE));
      }
    }
    subscribers.add(new Subscriber(world, "s5S1", MQTT_5, STAYS, Qos.AT_LEAST_ONCE));
    subscribers.add(new Subscriber(world, "s3I1", MQTT_3_1_1, IS_AWAY, Qos.AT_LEAST_ONCE));
    subscribers.add(new Subscriber(world, "s5C2", MQTT_5, COMES_AND_GOES, Qos.EXACTLY_ONCE));
    subscribers.add(new Subscriber(world, "s5E2", MQTT_5, ENDS_SESSIONS, Qos.EXACTLY_ONCE));
    shared = new ShareInbox(world);
    members.add(new ShareMember(world, "g5", MQTT_5, shared));
    members.add(new ShareMember(world, "g3", MQTT_3_1_1, shared));
    watcher = new WillWatcher(world, "watcher", MQTT_5);
    new Ward(world, "wd5", MQTT_5, watcher, 0, LONG);
    new Ward(world, "wp5", MQTT_5, watcher, 0, 0);
    new Ward(world, "wl5", MQTT_5, watcher, 1, LONG);
    new Ward(world, "wm5", MQTT_5, watcher, 2, LONG);
    new Ward(world, "wd3", MQTT_3_1_1, watcher, 0, LONG);
    new Ward(world, "wp3", MQTT_3_1_1, watcher, 0, 0);
    for (int i = 0; i < 4; i++) {
      publishers.add(new Publisher(world, "p" + i, versions[i % 2]));
    }
  }

  /** Nothing new is said, everybody comes, and all that was acknowledged has to come too. */
  void audit() {
    world.auditing = true;
    try {
      world.await("all publishers' acknowledgements", this::allSaid);
      world.await("all subscribers", this::allHeard, this::lacking);
      awaitQuiet();
      world.await("wills", this::allWills);
      new RetainedReader(world, world.chance(2) ? MQTT_5 : MQTT_3_1_1).check();
    } finally {
      world.auditing = false;
    }
    subscribers.forEach(Subscriber::settle);
    world.streams.values().forEach(Stream::forgetAll);
    world.retained.forgetOld();
    world.wills.settle();
  }

  /** Until nothing comes any more that nobody waits for, as what was first said before SUBACK. */
  private void awaitQuiet() {
    long heard;
    do {
      heard = world.counts.delivered;
      world.pass(QUIET_MILLIS);
      world.await("all subscribers again", this::allHeard, this::lacking);
    } while (heard != world.counts.delivered);
  }

  private boolean allSaid() {
    return publishers.stream().allMatch(Publisher::isDone);
  }

  private boolean allHeard() {
    return subscribers.stream().allMatch(Subscriber::isDone)
        && members.stream().allMatch(ShareMember::isDone)
        && shared.missing().isEmpty();
  }

  private boolean allWills() {
    world.wills.check();
    return world.wills.isDone() && watcher.hasAnswered();
  }

  private String lacking() {
    List<String> all = new ArrayList<>();
    for (Subscriber subscriber : subscribers) {
      if (!subscriber.isDone()) {
        all.add(subscriber.lacks());
      }
    }
    members.stream().filter(m -> !m.isDone()).forEach(m -> all.add(m + " (" + m.link + ")"));
    List<Message> missing = shared.missing();
    if (!missing.isEmpty()) {
      all.add("the group lacks " + missing.size() + ": " + missing.get(0));
    }
    return all.toString();
  }
}
