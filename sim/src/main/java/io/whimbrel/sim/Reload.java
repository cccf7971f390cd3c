package io.whimbrel.sim;

import io.whimbrel.codec.Qos;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.session.BrokerImage;
import io.whimbrel.core.session.Delivery;
import io.whimbrel.core.session.Session;
import io.whimbrel.core.session.SessionImage;
import io.whimbrel.core.session.Subscription;
import io.whimbrel.core.shard.Shard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Memory and disk say the same: when all is durable, what lives in the shards is what the records
 * make when they are applied.
 */
final class Reload {
  private static final String LAW = "memory is what a restart would load";
  private static final String ON_DISK = " on disk";

  private Reload() {}

  /** What lives at the end, for whoever reads the history. */
  static void tell(World world, SimBroker broker) {
    for (Shard shard : broker.shards()) {
      for (Session session : shard.sessions()) {
        world.note("shard " + shard.shard() + " has " + describe(session));
      }
    }
  }

  /** A connected session that still has something to send, or nothing. */
  static String queued(SimBroker broker) {
    for (Shard shard : broker.shards()) {
      for (Session session : shard.sessions()) {
        if (session.isConnected() && session.queueMessages() > 0) {
          return session.ref() + " still has " + session.queueMessages() + " messages";
        }
      }
    }
    return "";
  }

  static void check(World world, SimBroker broker) {
    BrokerImage image = broker.disk().image();
    Map<String, SessionImage> onDisk = new TreeMap<>();
    image.sessions().forEach(s -> onDisk.put(name(s.key()), s));
    for (Shard shard : broker.shards()) {
      for (Session session : shard.sessions()) {
        SessionImage kept = onDisk.remove(name(session.ref().key()));
        if (!session.ref().isDurable()) {
          continue;
        }
        String live = describe(session);
        String stored = kept == null ? "nothing" : describe(kept, unread(session));
        checkResident(world, session);
        if (!live.equals(stored)) {
          world.broken(LAW, "lives " + live + ", on disk is " + stored);
        }
      }
    }
    if (!onDisk.isEmpty()) {
      world.broken(LAW, "on disk alone are " + onDisk.keySet());
    }
    checkRetained(world, broker, image);
  }

  private static void checkRetained(World world, SimBroker broker, BrokerImage image) {
    int count = 0;
    var live = broker.shards().get(0).retained();
    for (JournalRecord.Retained record : image.retained()) {
      Publication message = record.message();
      Publication now = live.find(record.topic());
      String stored = message == null ? "nothing" : text(message);
      String held = now == null ? "nothing" : text(now);
      count += now == null ? 0 : 1;
      if (!stored.equals(held)) {
        world.broken(LAW, record.topic() + " holds " + held + ", on disk is " + stored);
      }
    }
    if (count != live.count()) {
      world.broken(LAW, "of " + live.count() + " retained messages on disk are " + count);
    }
  }

  private static String name(SessionKey key) {
    return key.clientId() + "#" + key.incarnation();
  }

  private static String describe(Session session) {
    List<String> subscriptions = new ArrayList<>();
    for (Subscription s : session.subscriptions()) {
      subscriptions.add(s.filter() + " " + s.qos() + s.id() + s.noLocal() + s.retainAsPublished());
    }
    List<String> queue = new ArrayList<>();
    List<String> inFlight = new ArrayList<>();
    long bytes = session.queueBytes();
    session.spilled().forEach(sequence -> queue.add(sequence + ON_DISK));
    for (Delivery delivery : session.queue()) {
      if (!delivery.isRead()) {
        queue.add(delivery.sequence() + ON_DISK);
        inFlight.add(delivery.packetId() + (delivery.isReleased() ? " released" : ""));
      } else if (delivery.qos() == Qos.AT_MOST_ONCE) {
        bytes -= delivery.publication().bytes();
      } else {
        queue.add(delivery.sequence() + " " + text(delivery.publication()) + delivery.qos());
        if (delivery.packetId() > 0) {
          inFlight.add(delivery.packetId() + (delivery.isReleased() ? " released" : ""));
        }
      }
    }
    return state(session.ref().key(), session.isConnected(), session.expirySeconds())
        + (session.will() == null ? "" : " will " + text(session.will().message()))
        + list(" subscribed to ", subscriptions, true)
        + list(" queue of " + bytes + " ", queue, true)
        + list(" in flight ", inFlight, false)
        + list(" received ", session.receivedIds().stream().map(String::valueOf).toList(), true);
  }

  /** What only the disk knows the content of. */
  private static Set<Long> unread(Session session) {
    Set<Long> sequences = new HashSet<>(session.spilled());
    for (Delivery delivery : session.queue()) {
      if (!delivery.isRead()) {
        sequences.add(delivery.sequence());
      }
    }
    return sequences;
  }

  /** Of a client that is away only that is in memory which could not be read back. */
  private static void checkResident(World world, Session session) {
    for (Delivery delivery : session.queue()) {
      boolean waits = delivery.packetId() == 0 && delivery.qos() != Qos.AT_MOST_ONCE;
      boolean stays = world.swarm.keepsQueues() && delivery.share() == null;
      if (waits && stays && !session.isConnected()) {
        world.broken(
            "what can be read back is not kept", session.ref() + " has " + delivery.sequence());
      }
    }
  }

  private static String describe(SessionImage image, Set<Long> unread) {
    List<String> subscriptions = new ArrayList<>();
    for (JournalRecord.Subscribed s : image.subscriptions()) {
      subscriptions.add(
          s.filter() + " " + s.qos() + s.subscriptionId() + s.noLocal() + s.retainAsPublished());
    }
    List<String> queue = new ArrayList<>();
    long bytes = 0;
    for (JournalRecord.Queued queued : image.queue()) {
      bytes += queued.publication().bytes();
      queue.add(
          unread.contains(queued.sequence())
              ? queued.sequence() + ON_DISK
              : queued.sequence() + " " + text(queued.publication()) + queued.qos());
    }
    List<String> inFlight = new ArrayList<>();
    for (SessionImage.InFlight each : image.inFlight()) {
      inFlight.add(each.packetId() + (each.released() ? " released" : ""));
    }
    return state(image.key(), image.connected(), image.expirySeconds())
        + (image.will() == null ? "" : " will " + text(image.will().message()))
        + list(" subscribed to ", subscriptions, true)
        + list(" queue of " + bytes + " ", queue, true)
        + list(" in flight ", inFlight, false)
        + list(" received ", image.receivedIds().stream().map(String::valueOf).toList(), true);
  }

  private static String state(SessionKey key, boolean connected, long expirySeconds) {
    return name(key) + (connected ? " connected" : " away") + " for " + expirySeconds;
  }

  private static String list(String what, List<String> entries, boolean sorted) {
    if (entries.isEmpty()) {
      return "";
    }
    return what + (sorted ? entries.stream().sorted().toList() : entries);
  }

  private static String text(Publication publication) {
    String payload = new String(publication.payload(), StandardCharsets.UTF_8);
    return publication.topic() + "=" + payload.split(" ", 2)[0];
  }
}
