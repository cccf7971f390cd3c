package io.whimbrel.core.connection;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Meter;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.session.AckBarrier;
import io.whimbrel.core.session.Session;
import io.whimbrel.core.session.Timer;
import org.jspecify.annotations.Nullable;

/**
 * What a client publishes: aliases, Receive Maximum, rights, routing, acknowledgement. Valid for
 * the connection, owned by its shard.
 */
final class PublishReceiver {
  /** Of a message that has no acknowledgement; nothing is counted there. */
  private static final AckBarrier NOBODY_WAITS = AckBarrier.opened();

  private final Connection connection;
  private final Host host;
  private final PeerSettings settings;
  private final Session session;
  private final boolean five;
  private final int publishRateMax;
  private final InboundAliases aliases;
  private final Meter meter;
  private final @Nullable Timer rateTimer; // where there is a rate to be kept
  private int unacknowledged;
  private int publishedThisSecond;
  private long secondBegan;
  private long readAgainAt;

  PublishReceiver(Connection connection, Connect connect, PeerSettings settings, Session session) {
    this.connection = connection;
    this.host = connection.host;
    Limits limits = host.limits();
    this.settings = settings;
    this.session = session;
    this.five = connect.version().isFive();
    this.aliases = new InboundAliases(five ? limits.topicAliasMaximumIn() : 0);
    this.publishRateMax = limits.publishRateMax();
    this.meter = host.access().meter(connection.identity());
    boolean free = publishRateMax == 0 && meter.equals(Meter.FREE);
    this.rateTimer = free ? null : host.timer(() -> connection.releaseBrake(Brakes.Brake.RATE));
    this.secondBegan = host.now();
  }

  // ---------------------------------------------------------------- PUBLISH

  void onPublish(Publish publish) {
    TopicName topic = aliases.resolve(publish);
    Limits limits = host.limits();
    if (topic.levels() > limits.topicLevelsMax()) {
      throw new ProtocolErrorException(
          ReasonCode.TOPIC_NAME_INVALID, "4.7.3", "the topic has too many levels");
    }
    if (publish.qos() == Qos.EXACTLY_ONCE && repeated(publish.packetId())) {
      return;
    }
    if (publish.qos() != Qos.AT_MOST_ONCE) {
      takeQuota();
    }
    host.observer().messageReceived(host.shard(), publish.qos(), publish.payload().length);
    countRate();
    ReasonCode refusal = examine(publish, topic);
    if (refusal.isError()) {
      refuse(publish, refusal);
    } else {
      accept(publish, topic);
    }
    if (host.isCongested()) {
      connection.brake(Brakes.Brake.CONGESTION);
      host.awaitUncongested(connection);
    }
    if (connection.acks.size() > limits.unacknowledgedMax()) {
      connection.brake(Brakes.Brake.ACKNOWLEDGEMENTS);
    }
  }

  /**
   * A QoS 2 PUBLISH that was taken before is acknowledged again, not routed [MQTT-4.3.3-10]. Where
   * a connection of a lower level took it, its records are before the one CONNACK waited for.
   */
  private boolean repeated(int packetId) {
    AckBarrier taken = session.received(packetId);
    if (taken == null) {
      return false;
    }
    AckQueue.Slot slot = connection.acks.reserve(new Pubrec(packetId, ReasonCode.SUCCESS));
    taken.whenOpen(() -> acknowledge(slot));
    return true;
  }

  private void takeQuota() {
    if (++unacknowledged > settings.receiveMaximumIn()) { // [MQTT-3.3.4-7]
      throw new ProtocolErrorException(
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "MQTT-3.3.4-7", "receive maximum exceeded");
    }
  }

  private ReasonCode examine(Publish publish, TopicName topic) {
    if (!PayloadFormat.isValid(publish.properties(), publish.payload(), host.limits())) {
      host.observer().messageDropped(host.shard(), DropReason.PAYLOAD_FORMAT, clientId());
      return ReasonCode.PAYLOAD_FORMAT_INVALID;
    }
    ReasonCode verdict =
        connection.admission().rights().mayPublish(topic, publish.qos(), publish.retain());
    if (verdict.isError()) {
      return verdict;
    }
    int bytes = publish.payload().length;
    if (publish.retain() && bytes > 0 && !host.retainedFits(topic, bytes)) {
      host.observer().messageDropped(host.shard(), DropReason.RETAINED_LIMIT, clientId());
      return ReasonCode.QUOTA_EXCEEDED;
    }
    if (host.isMemoryFull()) {
      host.observer().messageDropped(host.shard(), DropReason.MEMORY, clientId());
      return ReasonCode.QUOTA_EXCEEDED;
    }
    if (host.isStoreFull() && wouldBeRecorded(publish, topic)) {
      host.observer().messageDropped(host.shard(), DropReason.STORE_FULL, clientId());
      return ReasonCode.QUOTA_EXCEEDED;
    }
    return ReasonCode.SUCCESS;
  }

  /** Whether it adds to the store; to remove a retained message makes room. */
  private boolean wouldBeRecorded(Publish publish, TopicName topic) {
    return (publish.retain() && publish.payload().length > 0)
        || (publish.qos() == Qos.EXACTLY_ONCE && session.ref().isDurable())
        || host.wouldBeRecorded(topic, publish.qos());
  }

  /**
   * A refusal has a reason code in 5.0. 3.x has none: what is not allowed is acknowledged all the
   * same or closes the connection, by setting [3.1.1 MQTT-3.3.5-2]; what finds no room closes it,
   * since an acknowledgement would be a lie.
   */
  private void refuse(Publish publish, ReasonCode reason) {
    if (reason == ReasonCode.NOT_AUTHORIZED) {
      host.observer().messageDropped(host.shard(), DropReason.NOT_AUTHORISED, clientId());
      if (!five && host.limits().closeUnauthorised()) {
        throw new ProtocolErrorException(reason, "3.1.1 MQTT-3.3.5-2", "not allowed to publish");
      }
    }
    if (!five && reason == ReasonCode.QUOTA_EXCEEDED && publish.qos() != Qos.AT_MOST_ONCE) {
      throw new ProtocolErrorException(reason, "3.1.1 4.8", "no room for the message");
    }
    ReasonCode told = five ? told(reason) : ReasonCode.SUCCESS;
    switch (publish.qos()) {
      case AT_MOST_ONCE -> {}
      case AT_LEAST_ONCE ->
          acknowledge(connection.acks.reserve(new Puback(publish.packetId(), told)));
      case EXACTLY_ONCE -> {
        if (!five) { // the client will go on with PUBREL
          session.receive(publish.packetId(), AckBarrier.opened());
          acknowledge(connection.acks.reserve(new Pubrec(publish.packetId(), told)));
        } else { // [MQTT-4.3.3-9]
          acknowledge(connection.acks.reserve(new Pubrec(publish.packetId(), told)));
        }
      }
    }
    if (five && publish.qos() != Qos.AT_MOST_ONCE) {
      // The quota returns with the refusal itself.
      unacknowledged--;
    }
  }

  private void accept(Publish publish, TopicName topic) {
    Publication publication =
        Publication.of(
            clientId(),
            topic,
            publish.qos(),
            publish.retain(),
            connection.admission().stamp().stamp(publish.properties(), topic, host.now()),
            publish.payload(),
            host.now());
    AckBarrier barrier =
        publish.qos() == Qos.AT_MOST_ONCE ? NOBODY_WAITS : new AckBarrier(connection.durability());
    int packetId = publish.packetId();
    switch (publish.qos()) {
      case AT_MOST_ONCE -> host.publish(publication, session.ref(), null, barrier);
      case AT_LEAST_ONCE -> {
        int takers = host.publish(publication, session.ref(), null, barrier);
        barrier.arrive(1); // our own part: everything was posted
        answer(new Puback(packetId, reason(takers, publish)), barrier, true);
      }
      case EXACTLY_ONCE -> {
        JournalRecord.Received received =
            session.ref().isDurable()
                ? new JournalRecord.Received(session.ref().key(), packetId)
                : null;
        int takers = host.publish(publication, session.ref(), received, barrier);
        barrier.arrive(1);
        session.receive(packetId, barrier);
        answer(new Pubrec(packetId, reason(takers, publish)), barrier, false);
      }
    }
  }

  private ReasonCode told(ReasonCode reason) {
    return reason == ReasonCode.NOT_AUTHORIZED && host.limits().concealUnauthorised()
        ? ReasonCode.UNSPECIFIED_ERROR
        : reason;
  }

  private String clientId() {
    return session.ref().clientId();
  }

  private ReasonCode reason(int takers, Publish publish) {
    return five && takers == 0 && !publish.retain()
        ? ReasonCode.NO_MATCHING_SUBSCRIBERS
        : ReasonCode.SUCCESS;
  }

  private void answer(Packet packet, AckBarrier barrier, boolean last) {
    if (barrier.isOpen() && connection.acks.isEmpty()) {
      unacknowledged -= last ? 1 : 0;
      if (connection.isOpen()) {
        connection.acks.sendAtOnce(packet);
      }
      return;
    }
    AckQueue.Slot slot = connection.acks.reserve(packet);
    barrier.whenOpen(
        () -> {
          if (last) {
            unacknowledged--;
          }
          acknowledge(slot);
        });
  }

  private void acknowledge(AckQueue.Slot slot) {
    if (!connection.isOpen()) {
      return;
    }
    connection.acks.ready(slot);
    if (connection.brakes.isSet(Brakes.Brake.ACKNOWLEDGEMENTS)
        && connection.acks.size() <= host.limits().unacknowledgedMax() / 2) {
      connection.releaseBrake(Brakes.Brake.ACKNOWLEDGEMENTS);
    }
  }

  // ---------------------------------------------------------------- PUBREL

  void onPubrel(Pubrel pubrel) {
    int packetId = pubrel.packetId();
    long position = session.release(packetId);
    if (position < 0) {
      ReasonCode told = five ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS;
      acknowledge(connection.acks.reserve(new Pubcomp(packetId, told)));
      return;
    }
    // Taken before this connection, it holds no quota of it.
    unacknowledged = Math.max(0, unacknowledged - 1);
    AckQueue.Slot slot = connection.acks.reserve(new Pubcomp(packetId, ReasonCode.SUCCESS));
    host.whenDurable( // [MQTT-4.3.3-11]
        position, connection.durability(), () -> acknowledge(slot));
  }

  // ---------------------------------------------------------------- rate

  private void countRate() {
    if (rateTimer == null) {
      return;
    }
    long now = host.now();
    if (now - secondBegan >= 1000) {
      secondBegan = now;
      publishedThisSecond = 0;
    }
    if (++publishedThisSecond >= publishRateMax && publishRateMax > 0) {
      brakeUntil(secondBegan + 1000);
    }
    brakeUntil(now + meter.onPublish(now));
  }

  /** So many bytes were read of the client, and what could be was done with them. */
  void onRead(int bytes) {
    if (rateTimer != null) {
      brakeUntil(host.now() + meter.onBytes(bytes, host.now()));
      connection.settleReading();
    }
  }

  private void brakeUntil(long atMillis) {
    Timer timer = rateTimer;
    if (timer != null && atMillis > host.now()) {
      readAgainAt = Math.max(readAgainAt, atMillis);
      connection.brake(Brakes.Brake.RATE);
      timer.arm(readAgainAt);
    }
  }

  /** The connection is over. */
  void closed() {
    meter.close();
  }
}
