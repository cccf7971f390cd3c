package io.whimbrel.sim;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.BrokerObserver;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears what the broker says of itself: what it dropped, when connections began and ended, and that
 * nothing in it failed. Owned by the simulation's thread.
 */
final class Watch implements BrokerObserver {
  /** What only a client that breaks the protocol may be told; ours does not. */
  private static final Set<ReasonCode> ACCUSATIONS =
      EnumSet.of(
          ReasonCode.MALFORMED_PACKET,
          ReasonCode.PROTOCOL_ERROR,
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
          ReasonCode.TOPIC_ALIAS_INVALID,
          ReasonCode.PACKET_TOO_LARGE,
          ReasonCode.TOPIC_NAME_INVALID,
          ReasonCode.TOPIC_FILTER_INVALID,
          ReasonCode.PACKET_IDENTIFIER_IN_USE,
          ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);

  private static final Set<DropReason> AT_MOST_ONCE_ONLY =
      EnumSet.of(DropReason.OFFLINE_QOS0, DropReason.SLOW_CONSUMER);

  private final World world;
  private final BiConsumer<String, ReasonCode> deviceEnded;
  private final Map<Integer, Link> links = new HashMap<>();
  private final Map<String, Link> live = new HashMap<>();
  private final Map<String, Integer> drops = new HashMap<>();
  private final Map<DropReason, Integer> reasons = new EnumMap<>(DropReason.class);
  private long queuedMessages;
  private long queuedBytes;
  private long storedMessages;
  private long storedBytes;
  private int connected;

  Watch(World world) {
    this(world, (device, reason) -> {});
  }

  /**
   * @param deviceEnded hears why the connection of a device ended
   */
  Watch(World world, BiConsumer<String, ReasonCode> deviceEnded) {
    this.world = world;
    this.deviceEnded = deviceEnded;
  }

  void watch(Link link) {
    links.put(link.id, link);
  }

  /** A new life of the broker: nobody is connected, nothing is queued. */
  void broken() {
    for (Link link : links.values()) {
      if (link.endedAt < 0) {
        link.endedAt = Long.MAX_VALUE; // until the broker is back and knows
      }
    }
    live.clear();
    connected = 0;
    queuedMessages = 0;
    queuedBytes = 0;
    storedMessages = 0;
    storedBytes = 0;
  }

  void restarted() {
    for (Link link : links.values()) {
      if (link.endedAt == Long.MAX_VALUE) {
        link.endedAt = world.now();
      }
    }
    links.values().removeIf(link -> link.endedAt >= 0);
  }

  /** Null for a device, which has no connection that breaks. */
  private @Nullable Link link(Origin origin) {
    if (!origin.transport().equals(Link.TRANSPORT)) {
      return null;
    }
    Link link = links.get(Integer.parseInt(origin.address().substring(5)));
    if (link == null) {
      throw new IllegalStateException("an unknown link: " + origin);
    }
    return link;
  }

  @Override
  public void clientConnected(
      int shard, Identity who, ProtocolVersion version, boolean sessionPresent) {
    Link link = link(who.origin());
    if (link == null) {
      return;
    }
    link.acceptedAt = world.now();
    world.note(link + " of " + who.clientId() + " accepted on shard " + shard);
    Link other = live.put(who.clientId(), link);
    if (other != null) {
      world.broken(
          "one live connection per client", who.clientId() + " by " + other + " and " + link);
    }
  }

  @Override
  public void connectionClosed(
      int shard, Identity who, boolean wasConnected, ReasonCode reason, String explanation) {
    Link link = link(who.origin());
    String clientId = who.clientId();
    if (ACCUSATIONS.contains(reason)) {
      world.broken("no correct client is accused", clientId + ": " + reason + " " + explanation);
    }
    if (link == null) {
      world.note("device " + clientId + " ended by the broker: " + reason + " " + explanation);
      deviceEnded.accept(clientId, reason);
      return;
    }
    links.remove(link.id);
    link.endedAt = world.now();
    link.saidGoodbye = reason == ReasonCode.SUCCESS;
    live.remove(clientId, link);
    world.note(link + " of " + clientId + " ended by the broker: " + reason + " " + explanation);
  }

  @Override
  public void messageDropped(int shard, DropReason reason, String clientId) {
    reasons.merge(reason, 1, Integer::sum);
    if (reason == DropReason.UNREADABLE) {
      world.broken("what is on disk alone can be read back", "a message for " + clientId);
    }
    world.note("dropped " + reason + " for " + clientId);
    if (!AT_MOST_ONCE_ONLY.contains(reason)) {
      drops.merge(clientId, 1, Integer::sum);
    }
  }

  /** How many messages that might have been QoS 1 or 2 the broker says it dropped for a client. */
  int dropsFor(String clientId) {
    return drops.getOrDefault(clientId, 0);
  }

  @Override
  public void queuedChanged(int shard, int messages, long bytes) {
    queuedMessages += messages;
    queuedBytes += bytes;
  }

  @Override
  public void connectedChanged(int shard, int change) {
    connected += change;
  }

  @Override
  public void storedChanged(int shard, int messages, long bytes) {
    storedMessages += messages;
    storedBytes += bytes;
  }

  long storedMessages() {
    return storedMessages;
  }

  long storedBytes() {
    return storedBytes;
  }

  long queuedMessages() {
    return queuedMessages;
  }

  long queuedBytes() {
    return queuedBytes;
  }

  int connected() {
    return connected;
  }

  int live() {
    return live.size();
  }

  @Override
  public void sessionOpened(int shard) {
    world.note("shard " + shard + " opens a session");
  }

  @Override
  public void sessionEnded(int shard, boolean expired) {
    world.note("shard " + shard + " ends a session" + (expired ? ", expired" : ""));
  }

  @Override
  public void sessionMoved(int shard) {
    world.note("shard " + shard + " hands a session over");
  }

  @Override
  public void mark(String name) {
    world.mark(name);
  }

  @Override
  public void internalError(int shard, String where, Throwable cause) {
    StackTraceElement[] stack = cause.getStackTrace();
    world.broken(
        "nothing in the broker fails",
        where + ": " + cause + (stack.length == 0 ? "" : " at " + stack[0] + " < " + stack[1]));
  }
}
