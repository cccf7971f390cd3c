package io.whimbrel.client.internal;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends: messages that wait, and those in flight. They leave in the order they were
 * published, and are sent again in that order after a reconnection [MQTT-4.6.0-1].
 *
 * <p>A message of QoS 1 or 2 is sent when the outbox has made safe that it is about to be, with its
 * identifier; PUBREL when it has made safe that PUBREC came. So no end of the process can make a
 * QoS 2 message arrive twice while the server keeps its session. Where the server has lost it, a
 * message that was sent and not answered is sent as a new one: it may arrive twice, but it arrives.
 *
 * <p>Owned by its session.
 */
final class Sending {
  // Valid for the session.
  private final Outbox outbox;
  private final Safety safety;
  private final PacketIds packetIds;
  private final int inFlightMax;
  private final ArrayDeque<Outbound> waiting = new ArrayDeque<>(0);
  private final Map<Integer, Outbound> inFlight = new LinkedHashMap<>();
  private long lastSequence;

  // Valid for the connection.
  private final ArrayDeque<Outbound> toSend = new ArrayDeque<>(0);

  /**
   * Handed over, and not gone: a large message before them, or they themselves, take their time.
   */
  private final ArrayDeque<Outbound> leaving = new ArrayDeque<>(0);

  private @Nullable Link link;
  private ServerLimits limits = new ServerLimits(0, 2, true, Long.MAX_VALUE, 0);
  private TopicAliases aliases = new TopicAliases(0, 0);
  private int quotaUsed;
  private long connectedAt;

  /** Messages that were released over an earlier connection: this one owes their PUBCOMP. */
  private int releasedBefore;

  Sending(Outbox outbox, Safety safety, PacketIds packetIds, int inFlightMax) {
    this.inFlightMax = inFlightMax;
    this.outbox = outbox;
    this.safety = safety;
    this.packetIds = packetIds;
  }

  /** Takes on what the outbox kept. */
  void restore(List<Outbox.Kept> kept, Function<Outbox.Kept, Outbound.Progress> hears) {
    for (Outbox.Kept each : kept) {
      Outbound found = Outbound.found(each, hears.apply(each));
      lastSequence = Math.max(lastSequence, found.sequence);
      if (found.packetId > 0) {
        packetIds.mark(found.packetId);
        inFlight.put(found.packetId, found);
      } else {
        waiting.add(found);
      }
    }
  }

  // ---------------------------------------------------------------- messages come

  void publish(Outbound message, long now) {
    if (message.message.qos() != Qos.AT_MOST_ONCE) {
      long position;
      try {
        position = outbox.append(lastSequence + 1, message.message);
      } catch (IllegalArgumentException unfit) {
        message.progress.onFailed("it cannot be kept: " + unfit.getMessage());
        return;
      }
      message.sequence = ++lastSequence;
      safety.when(
          position,
          () -> {
            if (message.state != Outbound.State.DONE) {
              message.progress.onSafe();
            }
          });
    }
    waiting.add(message);
    pump(now);
  }

  /** Messages that wait or are in flight. */
  int size() {
    return waiting.size() + inFlight.size();
  }

  /**
   * Since when the server owes us an answer to a PUBLISH, or to a PUBREL that was sent again;
   * {@link Long#MAX_VALUE} where it owes none.
   */
  long oldestSentAt() {
    if (releasedBefore > 0) {
      return connectedAt;
    }
    for (Outbound each : inFlight.values()) {
      if (each.holdsQuota) {
        return each.sentAt; // the first to be sent stands first
      }
    }
    return Long.MAX_VALUE;
  }

  // ---------------------------------------------------------------- connections

  /** CONNACK came: releases and what was in flight first, then what waited. */
  void connected(
      Link to, ServerLimits taken, TopicAliases fresh, boolean sessionPresent, long now) {
    link = to;
    limits = taken;
    aliases = fresh;
    quotaUsed = 0;
    connectedAt = now;
    releasedBefore = 0;
    leaving.clear();
    toSend.clear();
    for (Outbound each : new ArrayList<>(inFlight.values())) {
      each.holdsQuota = false;
      if (each.state == Outbound.State.RELEASED) {
        releasedBefore++;
        if (!sessionPresent) {
          finish(each, ReasonCode.SUCCESS, Properties.NONE); // the server had taken it
        } else if (safety.hasReached(each.position)) {
          to.send(new Pubrel(each.packetId, ReasonCode.SUCCESS)); // [MQTT-4.4.0-1]
        }
      } else {
        each.everSent &= sessionPresent; // else it is a new message to this server
        each.state = Outbound.State.ASSIGNED;
        toSend.add(each);
      }
    }
    pump(now);
  }

  /** What has no identifier waits again, in its old place: before what has waited all the time. */
  void disconnected() {
    link = null;
    leaving.clear();
    for (Outbound last = toSend.pollLast(); last != null; last = toSend.pollLast()) {
      if (last.packetId == 0) {
        last.state = Outbound.State.WAITING;
        waiting.addFirst(last);
      }
    }
  }

  // ---------------------------------------------------------------- acknowledgements

  void onPuback(Puback ack, long now) {
    Outbound message = inFlight.get(ack.packetId());
    if (message != null && is(message, Qos.AT_LEAST_ONCE, Outbound.State.SENT)) {
      finish(message, ack.reason(), ack.properties());
      pump(now);
    }
  }

  void onPubrec(Pubrec ack, long now) {
    Outbound message = inFlight.get(ack.packetId());
    if (message == null || message.message.qos() != Qos.EXACTLY_ONCE) {
      if (!ack.reason().isError()) {
        send(new Pubrel(ack.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
      }
    } else if (message.state == Outbound.State.RELEASED) {
      if (safety.hasReached(message.position)) {
        send(new Pubrel(ack.packetId(), ReasonCode.SUCCESS));
      }
    } else if (ack.reason().isError()) { // [MQTT-4.3.3-4]
      finish(message, ack.reason(), ack.properties());
      pump(now);
    } else if (message.state == Outbound.State.SENT) {
      message.state = Outbound.State.RELEASED;
      message.position = outbox.released(message.sequence);
      safety.when(
          message.position,
          () -> {
            if (message.state == Outbound.State.RELEASED) {
              send(new Pubrel(message.packetId, ReasonCode.SUCCESS));
            }
          });
    }
  }

  void onPubcomp(Pubcomp ack, long now) {
    Outbound message = inFlight.get(ack.packetId());
    if (message != null && is(message, Qos.EXACTLY_ONCE, Outbound.State.RELEASED)) {
      finish(message, ReasonCode.SUCCESS, ack.properties());
      pump(now);
    }
  }

  private static boolean is(Outbound message, Qos qos, Outbound.State state) {
    return message.message.qos() == qos && message.state == state;
  }

  private void send(Pubrel pubrel) {
    if (link != null) {
      link.send(pubrel);
    }
  }

  private void finish(Outbound message, ReasonCode reason, Properties properties) {
    letGo(message);
    message.progress.onDone(reason, properties);
  }

  private void letGo(Outbound message) {
    if (message.packetId > 0) {
      inFlight.remove(message.packetId);
      packetIds.free(message.packetId);
    }
    if (message.holdsQuota) {
      message.holdsQuota = false;
      quotaUsed--;
    } else if (message.state == Outbound.State.RELEASED) {
      releasedBefore--;
    }
    message.state = Outbound.State.DONE;
    if (message.sequence > 0) {
      outbox.done(message.sequence);
    }
  }

  // ---------------------------------------------------------------- sending

  /** Sends what the outbox, the server and the network allow. */
  void pump(long now) {
    if (link != null) {
      assign();
      while (link != null && link.isWritable() && sendOne(link, now)) {}
    }
  }

  /** Gives identifiers ahead of sending, so that the outbox makes many safe at once. */
  private void assign() {
    int most = Math.min(inFlightMax, limits.receiveMaximum());
    for (Outbound next = waiting.peek(); next != null; next = waiting.peek()) {
      ReasonCode refused = limits.refuses(next.message);
      if (refused != null) {
        waiting.remove();
        finish(next, refused, Properties.NONE);
        continue;
      }
      if (next.message.qos() != Qos.AT_MOST_ONCE) {
        if (inFlight.size() >= most || !packetIds.isAnyFree()) {
          return;
        }
        next.packetId = packetIds.take();
        inFlight.put(next.packetId, next);
        next.position = outbox.assigned(next.sequence, next.packetId);
      }
      waiting.remove();
      next.state = Outbound.State.ASSIGNED;
      toSend.add(next);
    }
  }

  private boolean sendOne(Link to, long now) {
    Outbound next = toSend.peek();
    if (next == null || !safety.hasReached(next.position)) {
      return false;
    }
    boolean promised = next.message.qos() != Qos.AT_MOST_ONCE;
    if (promised && quotaUsed >= limits.receiveMaximum()) {
      return false; // [MQTT-3.3.4-7] [MQTT-4.9.0-2]
    }
    toSend.remove();
    try {
      if (!transmit(next, to)) {
        finish(next, ReasonCode.PACKET_TOO_LARGE, Properties.NONE);
        return true;
      }
    } catch (IllegalArgumentException unsayable) {
      letGo(next);
      next.progress.onFailed("it cannot be sent: " + unsayable.getMessage());
      return true;
    }
    boolean first = !next.everSent;
    next.everSent = true;
    next.sentAt = now;
    next.state = Outbound.State.SENT;
    if (promised) {
      next.holdsQuota = true;
      quotaUsed++;
      next.end = to.handed();
      leaving.add(next);
    }
    if (first) {
      next.progress.onWire();
    }
    if (!promised) {
      finish(next, ReasonCode.SUCCESS, Properties.NONE);
    }
    return true;
  }

  /**
   * More has left, this many bytes in all: for what is gone the wait for its acknowledgement
   * begins, and for what stands next it has not begun.
   */
  void onWritten(long bytes, long now) {
    for (Outbound next = leaving.peek(); next != null; next = leaving.peek()) {
      next.sentAt = now;
      if (next.end > bytes) {
        return;
      }
      leaving.remove();
    }
  }

  private boolean transmit(Outbound next, Link to) {
    Publish said = next.message;
    TopicName topic = said.topic();
    int known = aliases.known(topic);
    int alias = known > 0 ? known : aliases.next();
    Properties properties = alias == 0 ? said.properties() : aliases.with(said.properties(), alias);
    boolean sent =
        to.send(
            new Publish(
                next.everSent, // [MQTT-3.3.1-1]
                said.qos(),
                said.retain(),
                known > 0 ? TopicName.NONE : topic,
                next.packetId,
                properties,
                said.payload()),
            limits.packetSizeMax());
    if (sent && alias > known) {
      aliases.learned(topic, alias);
    }
    return sent;
  }

  /** The client is closed: what it has not promised to keep is given up. */
  void giveUp(String why) {
    List<Outbound> all = new ArrayList<>(inFlight.values());
    all.addAll(waiting);
    toSend.stream().filter(each -> each.packetId == 0).forEach(all::add);
    inFlight.clear();
    waiting.clear();
    toSend.clear();
    all.forEach(each -> each.progress.onFailed(why));
  }
}
