package io.whimbrel.client.internal;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session receives. Acknowledgements leave in the order the messages came [MQTT-4.6.0-2],
 * whatever order their handlers finish in. A QoS 2 message that a handler is done with is not given
 * to one again until its sender has completed it, over reconnections and, with an outbox on disk,
 * over the end of the process.
 *
 * <p>Owned by its session.
 */
final class Receiving {
  // Valid for the session.
  private final Outbox outbox;
  private final Safety safety;
  private final Consumer<Incoming> taker;
  private final Set<Integer> received = new HashSet<>();

  /** QoS 2 messages at their handlers: when one is sent again meanwhile, it is the same one. */
  private final Map<Integer, Incoming> atHandlers = new HashMap<>();

  // Valid for the connection.
  private final ArrayDeque<Incoming> unanswered = new ArrayDeque<>(0);
  private @Nullable Link link;
  private TopicAliases aliases = new TopicAliases(0, 0);
  private int receiveMaximum;
  private long epoch;

  Receiving(Outbox outbox, Safety safety, Consumer<Incoming> taker) {
    this.outbox = outbox;
    this.safety = safety;
    this.taker = taker;
    this.received.addAll(outbox.received());
  }

  // ---------------------------------------------------------------- connections

  /** CONNACK came. */
  void connected(Link to, TopicAliases fresh, int maximum, boolean sessionPresent) {
    link = to;
    aliases = fresh;
    receiveMaximum = maximum;
    epoch++;
    unanswered.clear();
    if (!sessionPresent) {
      atHandlers.clear();
      if (!received.isEmpty()) {
        received.clear();
        outbox.forgetReceived();
      }
    }
  }

  void disconnected() {
    link = null;
    unanswered.clear();
  }

  // ---------------------------------------------------------------- messages

  void onPublish(Publish publish) {
    Publish message = aliases.resolved(publish);
    if (message.qos() == Qos.AT_MOST_ONCE) {
      taker.accept(new Incoming(message, epoch));
      return;
    }
    if (unanswered.size() >= receiveMaximum) {
      throw new ProtocolErrorException(
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "MQTT-3.3.4-9", "more than Receive Maximum");
    }
    if (message.qos() == Qos.EXACTLY_ONCE && isKnown(message)) {
      answer();
      return;
    }
    Incoming incoming = new Incoming(message, epoch);
    unanswered.add(incoming);
    if (message.qos() == Qos.EXACTLY_ONCE) {
      atHandlers.put(message.packetId(), incoming);
    }
    taker.accept(incoming);
  }

  /** Whether a QoS 2 message was here before [MQTT-4.3.3-10]; its answer is lined up. */
  private boolean isKnown(Publish message) {
    Incoming before = atHandlers.get(message.packetId());
    if (before != null) {
      if (before.epoch != epoch) {
        before.epoch = epoch;
        unanswered.add(before);
      }
      return true;
    }
    if (!received.contains(message.packetId())) {
      return false;
    }
    Incoming again = new Incoming(message, epoch);
    again.answered = true;
    unanswered.add(again);
    return true;
  }

  /**
   * A handler is done with a message; one that came over an earlier connection, and not again, is
   * answered when it comes again.
   */
  void acknowledge(Incoming incoming, ReasonCode reason) {
    if (incoming.answered || !incoming.isPromised()) {
      return;
    }
    incoming.answered = true;
    incoming.reason = reason;
    Publish message = incoming.message();
    if (message.qos() == Qos.EXACTLY_ONCE
        && atHandlers.remove(message.packetId(), incoming)
        && !reason.isError()) {
      received.add(message.packetId());
      incoming.position = outbox.received(message.packetId());
      safety.when(incoming.position, this::answer);
    }
    answer();
  }

  private void answer() {
    for (Incoming next = unanswered.peek();
        next != null && next.answered && safety.hasReached(next.position);
        next = unanswered.peek()) {
      unanswered.remove();
      int id = next.message().packetId();
      if (link != null) {
        link.send(
            next.message().qos() == Qos.AT_LEAST_ONCE
                ? new Puback(id, next.reason)
                : new Pubrec(id, next.reason));
      }
    }
  }

  void onPubrel(Pubrel pubrel) {
    int id = pubrel.packetId();
    boolean known = received.remove(id);
    Pubcomp answer =
        new Pubcomp(id, known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    long mine = epoch;
    safety.when(
        known ? outbox.completed(id) : 0,
        () -> {
          if (link != null && mine == epoch) { // [MQTT-4.3.3-11]
            link.send(answer);
          }
        });
  }

  /** Messages of QoS 1 and 2 that came over this connection and are not answered. */
  int unansweredCount() {
    return unanswered.size();
  }
}
