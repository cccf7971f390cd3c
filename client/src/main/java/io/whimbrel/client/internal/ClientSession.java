package io.whimbrel.client.internal;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.Unsuback;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of an MQTT session: a plain state machine over whatever connections it is
 * given, that is told what happened and what time it is. It reads no clock, starts no thread and
 * does no input or output; all time is in milliseconds of one clock.
 *
 * <pre>
 * AWAY ──opened──► CONNECTING ──CONNACK──► CONNECTED
 *  ▲                   │ refused, lost         │ lost, disconnect, a broken rule
 *  └───────────────────┴───────────────────────┘
 *     any of them ──giveUp──► OVER, and the outbox belongs to whoever closes it
 * </pre>
 *
 * <p>Owned by one thread.
 */
public final class ClientSession {
  private enum Phase {
    AWAY,
    CONNECTING,
    CONNECTED,
    OVER
  }

  // Valid for the session.
  private final SessionListener listener;
  private final Outbox outbox;
  private final SessionWaits waits;
  private final Safety safety = new Safety();
  private final Sending sending;
  private final Receiving receiving;
  private final Requests requests;

  // Valid for the connection.
  private Phase phase = Phase.AWAY;
  private @Nullable Link link;
  private @Nullable Connect connect;
  private long openedAt;
  private long keepAliveMillis;
  private long pingrespMillis;
  private long packetSizeMax;
  private long written;
  private long lastSentAt;
  private long pingedAt = NEVER;
  private long pingEnd;
  private boolean deaf;
  private long hearsSince;

  private static final long NEVER = Long.MAX_VALUE;
  private static final long PINGRESP_MILLIS_MIN = 1_000;
  private static final long NEVER_TOO_LARGE = Long.MAX_VALUE;
  private static final String CLOSED = "the client is closed";

  /**
   * How long a session waits, milliseconds.
   *
   * @param connack from the start of a connection to CONNACK
   * @param pingresp from PINGREQ to anything from the server, at most: where the keep alive of the
   *     connection is shorter, that and at least a second
   * @param acknowledgement from PUBLISH, when all of it has left, to its acknowledgement over a
   *     connection that stands: then it is given up for a new one
   */
  public record SessionWaits(long connack, long pingresp, long acknowledgement) {}

  /**
   * A session, and what its outbox kept.
   *
   * @param outbox is opened already
   * @param kept what {@link Outbox#open} gave
   * @param inFlightMax messages of QoS 1 and 2 that are sent and not acknowledged, at most
   * @param random where packet identifiers begin
   */
  public ClientSession(
      Outbox outbox,
      List<Outbox.Kept> kept,
      int inFlightMax,
      SessionWaits waits,
      RandomGenerator random,
      SessionListener listener) {
    this.listener = listener;
    this.outbox = outbox;
    this.waits = waits;
    PacketIds packetIds = new PacketIds(1 + random.nextInt(PacketIds.MAX));
    sending = new Sending(outbox, safety, packetIds, inFlightMax);
    receiving = new Receiving(outbox, safety, listener::onMessage);
    requests = new Requests(packetIds);
    sending.restore(kept, listener::onFound);
  }

  // ---------------------------------------------------------------- connections

  /**
   * A connection to a server stands: CONNECT is sent.
   *
   * @throws IllegalArgumentException no packet can say it; the connection is not taken
   */
  public void opened(Link to, Connect first, long now) {
    to.send(first);
    link = to;
    connect = first;
    phase = Phase.CONNECTING;
    openedAt = now;
    packetSizeMax = NEVER_TOO_LARGE;
    written = 0;
    lastSentAt = now;
    pingedAt = NEVER;
    deaf = false;
    hearsSince = now;
  }

  /** The connection is gone; what was asked and sent goes on over the next one. */
  public void onClosed() {
    if (phase == Phase.OVER) {
      return;
    }
    link = null;
    phase = Phase.AWAY;
    sending.disconnected();
    receiving.disconnected();
    requests.disconnected();
    endTurn();
  }

  /** The connection takes packets again. */
  public void onWritable(long now) {
    sending.pump(now);
  }

  /** Says goodbye and closes. */
  public void disconnect(Disconnect goodbye) {
    Link open = link;
    if (open != null) {
      if (phase == Phase.CONNECTED) {
        open.send(goodbye);
      }
      close(null, "the client disconnects");
    }
  }

  private void close(@Nullable ReasonCode reason, String why) {
    Link open = link;
    if (open != null) {
      link = null;
      phase = Phase.AWAY;
      listener.onClosing(reason, why);
      open.close();
    }
  }

  /** We or the server broke a rule: the server is told where it can be. */
  private void fail(ReasonCode reason, String why) {
    Link open = link;
    Connect first = connect;
    if (open != null && phase == Phase.CONNECTED && first != null && first.version().isFive()) {
      open.send(new Disconnect(reason, Properties.NONE));
    }
    close(reason, why);
  }

  // ---------------------------------------------------------------- packets

  /** A packet came. */
  public void onPacket(Packet packet, long now) {
    pingedAt = NEVER; // whatever it says, the server lives
    try {
      if (phase == Phase.CONNECTED) {
        handle(packet, now);
      } else if (phase == Phase.CONNECTING) {
        handleFirst(packet, now);
      }
    } catch (ProtocolErrorException broken) {
      onBroken(broken);
    }
    endTurn();
  }

  /** What came cannot be a packet. */
  public void onBroken(ProtocolErrorException broken) {
    fail(broken.reason(), "the server broke a rule: " + broken.getMessage());
  }

  private void handleFirst(Packet packet, long now) {
    switch (packet.type()) {
      case CONNACK -> onConnack((Connack) packet, now);
      case AUTH -> listener.onAuth((Auth) packet);
      default ->
          throw new ProtocolErrorException(
              ReasonCode.PROTOCOL_ERROR, "MQTT-3.2.0-1", packet.type() + " came before CONNACK");
    }
  }

  private void onConnack(Connack connack, long now) {
    Link to = link;
    Connect said = connect;
    if (to == null || said == null) {
      return;
    }
    if (connack.reason().isError()) {
      listener.onRefused(connack);
      close(connack.reason(), "the server refused the connection: " + connack.reason());
      return;
    }
    if (connack.sessionPresent() && said.cleanStart()) {
      throw new ProtocolErrorException(
          ReasonCode.PROTOCOL_ERROR,
          "MQTT-3.2.2-2",
          "the server has a session after a clean start");
    }
    phase = Phase.CONNECTED;
    keepAliveMillis =
        1000L
            * connack
                .properties()
                .number(PropertyId.SERVER_KEEP_ALIVE, said.keepAliveSeconds()); // [MQTT-3.1.2-21]
    pingrespMillis = Math.min(waits.pingresp, Math.max(PINGRESP_MILLIS_MIN, keepAliveMillis));
    ServerLimits limits = ServerLimits.of(connack);
    packetSizeMax = limits.packetSizeMax();
    int ownAliases = (int) said.properties().number(PropertyId.TOPIC_ALIAS_MAXIMUM, 0);
    int ownMaximum = (int) said.properties().number(PropertyId.RECEIVE_MAXIMUM, 65_535);
    TopicAliases aliases = new TopicAliases(limits.topicAliasMaximum(), ownAliases);
    boolean present = connack.sessionPresent();
    receiving.connected(to, aliases, ownMaximum, present);
    listener.onConnected(connack);
    requests.connected(to, packetSizeMax, present, this::standingAnswer);
    sending.connected(to, limits, aliases, present, now);
  }

  private void handle(Packet packet, long now) {
    switch (packet.type()) {
      case PUBLISH -> receiving.onPublish((Publish) packet);
      case PUBACK -> sending.onPuback((Puback) packet, now);
      case PUBREC -> sending.onPubrec((Pubrec) packet, now);
      case PUBREL -> receiving.onPubrel((Pubrel) packet);
      case PUBCOMP -> sending.onPubcomp((Pubcomp) packet, now);
      case SUBACK -> {
        Suback ack = (Suback) packet;
        requests.onAnswer(ack.packetId(), ack.reasons(), ack.properties());
      }
      case UNSUBACK -> {
        Unsuback ack = (Unsuback) packet;
        requests.onAnswer(ack.packetId(), ack.reasons(), ack.properties());
      }
      case PINGRESP -> {} // it was all that had to be heard
      case DISCONNECT -> {
        Disconnect last = (Disconnect) packet;
        listener.onLastWord(last);
        close(last.reason(), "the server disconnected: " + last.reason());
      }
      case AUTH -> listener.onAuth((Auth) packet);
      case CONNECT, CONNACK, SUBSCRIBE, UNSUBSCRIBE, PINGREQ ->
          throw new ProtocolErrorException(
              ReasonCode.PROTOCOL_ERROR, "4.13.1", packet.type() + " is not for a client");
    }
  }

  /** Who hears what a server that has lost our session makes of these filters. */
  private Request.Answer standingAnswer(List<SubscriptionRequest> asked) {
    return new Request.Answer() {
      @Override
      public void onReasons(List<ReasonCode> reasons, Properties properties) {
        for (int i = 0; i < Math.min(reasons.size(), asked.size()); i++) {
          if (reasons.get(i).isError()) {
            listener.onSubscriptionLost(asked.get(i).filter(), reasons.get(i));
          }
        }
      }

      @Override
      public void onFailed(String why) {} // asked again over the next connection
    };
  }

  // ---------------------------------------------------------------- what its user wants

  /** Sends a message as soon as everything allows; what was promised is kept until then. */
  public void publish(Outbound message, long now) {
    if (phase == Phase.OVER) {
      message.progress.onFailed(CLOSED);
    } else {
      sending.publish(message, now);
    }
  }

  /** Asks for subscriptions or their end, as soon as there is a connection. */
  public void ask(Request request) {
    if (phase == Phase.OVER) {
      request.answer().onFailed(CLOSED);
    } else {
      requests.ask(request);
    }
  }

  /** A subscription that is to be made whenever a server has no session for us. */
  public void stand(SubscriptionRequest request, Properties properties) {
    requests.stand(request, properties);
  }

  /** A message has been dealt with; an error tells a 5.0 server that it is not wanted. */
  public void acknowledge(Incoming message, ReasonCode reason) {
    if (phase != Phase.OVER) {
      receiving.acknowledge(message, reason);
    }
  }

  /**
   * Sends AUTH, as the next step or to begin a re-authentication (4.12). Where the server takes no
   * packet as large, the connection is left: the next one brings it in CONNECT, which may be.
   */
  public void authenticate(Auth auth) {
    Link to = link;
    if (to != null && !to.send(auth, packetSizeMax)) { // [MQTT-3.2.2-15]
      to.send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
      close(ReasonCode.PACKET_TOO_LARGE, "AUTH is too large for the server");
    }
  }

  /** What was told to the outbox is safe up to here. */
  public void onSafe(long position, long now) {
    if (phase != Phase.OVER) {
      safety.reach(position);
      sending.pump(now);
    }
  }

  /** The end of a turn: the outbox may write what it was told. */
  public void endTurn() {
    if (phase != Phase.OVER) {
      outbox.commit();
    }
  }

  /**
   * The network has taken this many of the bytes that were handed to the link. What the server has
   * to answer is waited for from when it has left; while it has not, each progress begins the wait
   * anew.
   */
  public void onWritten(long bytes, long now) {
    if (bytes <= written) {
      return;
    }
    if (pingedAt != NEVER && written < pingEnd) {
      pingedAt = now;
    }
    written = bytes;
    lastSentAt = now;
    sending.onWritten(bytes, now);
  }

  /**
   * Whether what the server says is heard: where it is not, because too much waits to be handled,
   * its silence says nothing.
   */
  public void hears(boolean heard, long now) {
    deaf = !heard;
    hearsSince = now;
    if (pingedAt != NEVER) {
      pingedAt = now;
    }
  }

  /** It is closed, and no connection will come any more: whoever waits is told. */
  public void giveUp() {
    endTurn();
    phase = Phase.OVER;
    requests.giveUp(CLOSED);
    sending.giveUp(CLOSED);
  }

  // ---------------------------------------------------------------- time

  /** When {@link #tick} has to be called next; {@link Long#MAX_VALUE} for never. */
  public long nextDeadline() {
    long next = requests.nextDeadline();
    if (phase == Phase.CONNECTING) {
      return Math.min(next, openedAt + waits.connack);
    }
    if (phase == Phase.CONNECTED) {
      long oldest = oldestSentAt();
      next = oldest == NEVER ? next : Math.min(next, oldest + waits.acknowledgement);
      if (pingedAt != NEVER && !deaf) {
        return Math.min(next, pingedAt + pingrespMillis);
      }
      if (keepAliveMillis > 0) {
        return Math.min(next, lastSentAt + keepAliveMillis);
      }
    }
    return next;
  }

  /** When the oldest message was sent that is not acknowledged, though it would be heard. */
  private long oldestSentAt() {
    long oldest = sending.oldestSentAt();
    return deaf || oldest == NEVER ? NEVER : Math.max(oldest, hearsSince);
  }

  /** Time has passed. */
  public void tick(long now) {
    requests.tick(now);
    Link to = link;
    if (phase == Phase.CONNECTING && now >= openedAt + waits.connack) {
      close(null, "the server did not answer CONNECT in time");
    } else if (phase == Phase.CONNECTED && to != null) {
      long oldest = oldestSentAt();
      if (pingedAt != NEVER && !deaf && now >= pingedAt + pingrespMillis) {
        fail(ReasonCode.UNSPECIFIED_ERROR, "the server is silent: PINGREQ has no answer");
      } else if (oldest != NEVER && now >= oldest + waits.acknowledgement) {
        fail(ReasonCode.UNSPECIFIED_ERROR, "the server has not acknowledged a message in time");
      } else if (keepAliveMillis > 0
          && (pingedAt == NEVER || deaf)
          && now >= lastSentAt + keepAliveMillis) {
        pingedAt = now;
        lastSentAt = now;
        to.send(Pingreq.INSTANCE); // [MQTT-3.1.2-20]
        pingEnd = to.handed();
      }
    }
    endTurn();
  }

  // ---------------------------------------------------------------- to look at

  /** Whether the server has let us in. */
  public boolean isConnected() {
    return phase == Phase.CONNECTED;
  }

  /** Messages that wait or are in flight. */
  public int messages() {
    return sending.size();
  }

  /** Messages of QoS 1 and 2 that came over this connection and are not acknowledged. */
  public int unacknowledged() {
    return receiving.unansweredCount();
  }

  /** What is spoken over the connection, or over the last one. */
  public @Nullable ProtocolVersion version() {
    return connect == null ? null : connect.version();
  }
}
