package io.whimbrel.core.connection;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Will;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.ConnectionOutput;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.PacketOutput;
import io.whimbrel.core.port.Rights;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.session.Peer;
import io.whimbrel.core.session.Session;
import io.whimbrel.core.session.Timer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One network connection, as the protocol sees it. Told of bytes, of time and of its end; answers
 * by writing to its {@link ConnectionOutput}. Owned by the shard of its event loop.
 *
 * <pre>
 * AWAITING_CONNECT ──CONNECT──► AUTHENTICATING ⇄ EXCHANGING (AUTH)
 * AUTHENTICATING ──accepted──► CLAIMING ──session is here──► RESUMING ──durable: CONNACK──► OPEN
 * any ──error, DISCONNECT, time-out, take-over, network gone──► CLOSED
 * </pre>
 *
 * <p>Nothing is decoded in AUTHENTICATING, CLAIMING and RESUMING, nor while a brake is on.
 */
public final class Connection implements Peer {
  /** Where the connection stands; see the class. */
  enum Phase {
    AWAITING_CONNECT,
    AUTHENTICATING,
    EXCHANGING,
    CLAIMING,
    RESUMING,
    OPEN,
    CLOSED
  }

  final Host host;
  final Origin origin;
  final Outlet writer;
  final AckQueue acks;
  final Brakes brakes = new Brakes();
  private final Inflow inflow;
  private final Handshake handshake;
  private final Timer deadline;
  final Term term;

  private Phase phase = Phase.AWAITING_CONNECT;
  private long lastHeard; // or last not listened to
  private boolean ending;
  private @Nullable Timer stuck; // from the first time the peer does not read

  // Valid from CONNACK on.
  private @Nullable Established established;

  /**
   * A connection from which nothing has come so far.
   *
   * @param acceptedMillis broker time since when the peer may; its transport may have had a part
   */
  public Connection(Host host, ConnectionOutput output, Origin origin, long acceptedMillis) {
    this(host, new PeerWriter(output), origin, acceptedMillis);
  }

  /** One of a peer that is spoken to in packets; see {@link #onPacket}. */
  public Connection(Host host, PacketOutput output, Origin origin, long acceptedMillis) {
    this(host, new PacketOutlet(output), origin, acceptedMillis);
  }

  private Connection(Host host, Outlet outlet, Origin origin, long acceptedMillis) {
    Limits limits = host.limits();
    this.host = host;
    this.origin = origin;
    this.writer = outlet;
    this.acks = new AckQueue(this::send);
    this.inflow = new Inflow(this, outlet);
    this.handshake = new Handshake(this);
    this.deadline = host.timer(this::onDeadline);
    this.term = new Term(host, this::onExpired);
    this.lastHeard = host.now();
    deadline.arm(acceptedMillis + limits.connectTimeoutMillis()); // [MQTT-3.1.4-1]
    host.observer().connectionOpened(host.shard(), origin);
  }

  // ---------------------------------------------------------------- what the world says

  /** Bytes came from the peer; the array is the caller's again when this returns. */
  public void onBytes(byte[] bytes, int from, int to) {
    if (phase == Phase.CLOSED) {
      return;
    }
    inflow.offer(bytes, from, to);
    inflow.process();
    if (phase == Phase.OPEN) {
      established().publishes().onRead(to - from);
    }
    inflow.keepRest();
  }

  /**
   * A packet came from a peer that is spoken to in packets, as one that was decoded. False where
   * none may be handled now, for a brake or as it is not let in yet: the peer has to say it again.
   * Answers, and DISCONNECT, are handled despite brakes.
   */
  public boolean onPacket(Packet packet) {
    return inflow.process(packet);
  }

  /** The network connection is gone. What came before its end still counts, DISCONNECT too. */
  public void onNetworkClosed() {
    if (phase == Phase.OPEN) {
      ending = true; // brakes slow down who goes on sending; the rest here is all there will be
      inflow.process();
    }
    close(ReasonCode.UNSPECIFIED_ERROR, "network connection lost", false);
  }

  /** The peer takes output again: less than half of what stopped it is left. */
  public void onWritable() {
    if (stuck != null) {
      stuck.cancel();
    }
    releaseBrake(Brakes.Brake.OUTPUT);
    Established open = established;
    if (phase == Phase.OPEN && open != null) {
      open.session().onWritable();
    }
  }

  /** Lanes and disk have caught up. */
  public void onUncongested() {
    releaseBrake(Brakes.Brake.CONGESTION);
  }

  /** There is no memory for what it has begun to send, and others have begun later. */
  public void abandon() {
    fail(ReasonCode.QUOTA_EXCEEDED, "its packet takes too long while memory is short");
  }

  /** The broker stops. */
  public void onShutdown() {
    fail(ReasonCode.SERVER_SHUTTING_DOWN, "the broker is stopping");
  }

  /** Somebody who may has asked for its end, or it was let in for so long and no longer. */
  public void dismiss(ReasonCode reason, String why) {
    fail(reason, why);
  }

  /** The claim was answered: the session is on this shard, or there is none. */
  public void seated(@Nullable Session session, boolean replaces) {
    handshake.seated(session, replaces);
  }

  /** A newer claim to the same Client Identifier came first, or this connection is taken over. */
  public void refused() {
    fail(ReasonCode.SESSION_TAKEN_OVER, "another connection uses this client identifier");
  }

  /** The session of that Client Identifier is another user's. */
  public void denied() {
    fail(ReasonCode.NOT_AUTHORIZED, "the client identifier is another user's");
  }

  /** The Client Identifier, empty before CONNECT. */
  public String clientId() {
    return handshake.clientId();
  }

  /** Who it speaks for, once it was authenticated. */
  public Identity identity() {
    return handshake.identity();
  }

  /** Whether it was authenticated, and is not at its end. */
  public boolean isAdmitted() {
    return phase == Phase.CLAIMING || phase == Phase.RESUMING || phase == Phase.OPEN;
  }

  /** Whether it still waits for the answer to its claim. */
  public boolean isClaiming() {
    return phase == Phase.CLAIMING;
  }

  // ---------------------------------------------------------------- packets in

  boolean mayDecode() {
    return switch (phase) {
      case AWAITING_CONNECT, EXCHANGING, OPEN -> ending || !brakes.any();
      case AUTHENTICATING, CLAIMING, RESUMING, CLOSED -> false;
    };
  }

  boolean isEnding() {
    return ending;
  }

  void settleReading() {
    inflow.settle();
  }

  /** Goes on decoding what was kept, in a turn of its own. */
  void processLater() {
    inflow.later();
  }

  void handle(Packet packet) {
    lastHeard = host.now();
    host.observer().packetReceived(host.shard(), packet.type());
    if (phase != Phase.OPEN) {
      handshake.handle(packet, phase);
    } else if (term.isOver() && packet.type() != PacketType.DISCONNECT) {
      onExpired(); // its timer is run when this turn ends
    } else {
      established().handle(packet);
    }
    if (phase == Phase.OPEN) {
      isWritable(); // whoever asks and does not read the answers is braked as well
    }
  }

  // ---------------------------------------------------------------- time

  private void onDeadline() {
    switch (phase) {
      case AWAITING_CONNECT, AUTHENTICATING, EXCHANGING, CLAIMING, RESUMING ->
          fail(ReasonCode.SERVER_BUSY, "no complete CONNECT in time");
      case OPEN -> checkKeepAlive();
      case CLOSED -> {}
    }
  }

  private void checkKeepAlive() {
    long allowed = established().settings().keepAliveSeconds() * 1500L;
    if (brakes.any() || inflow.isPaused()) {
      lastHeard = host.now(); // suspended: we do not read
    }
    if (host.now() - lastHeard >= allowed) { // [MQTT-3.1.2-22]
      fail(ReasonCode.KEEP_ALIVE_TIMEOUT, "nothing heard within one and a half keep alives");
    } else {
      deadline.arm(lastHeard + allowed);
    }
  }

  /** Ends where its time is over and the timer has not said so; whether it did. */
  boolean expires() {
    boolean over = term.isOver();
    if (over) {
      onExpired();
    }
    return over;
  }

  private void onExpired() {
    boolean late = phase == Phase.OPEN; // DISCONNECT alone knows that reason
    fail(
        late ? ReasonCode.MAXIMUM_CONNECT_TIME : ReasonCode.NOT_AUTHORIZED,
        "what let the client in has expired");
  }

  private void onStuck() {
    if (phase != Phase.CLOSED && !isWritable()) {
      // A DISCONNECT would only join what the peer does not read.
      close(ReasonCode.QUOTA_EXCEEDED, "the client does not read its messages", false);
    }
  }

  // ---------------------------------------------------------------- brakes

  void brake(Brakes.Brake brake) {
    if (brakes.set(brake)) {
      host.observer().braked(host.shard(), brake.name());
    }
  }

  void releaseBrake(Brakes.Brake brake) {
    if (brakes.release(brake) && !brakes.any() && phase != Phase.CLOSED) {
      lastHeard = host.now();
      processLater();
    }
  }

  // ---------------------------------------------------------------- handshake's hand

  void advance(Phase next) {
    phase = next;
  }

  Phase phase() {
    return phase;
  }

  void reauthenticate(Auth packet) {
    handshake.reauthenticate(packet, established().connect());
  }

  /** CONNACK was written. */
  void open(Connect connect, PeerSettings settings, Session session) {
    phase = Phase.OPEN;
    inflow.packetSizeMax(host.limits().packetSizeMax());
    established =
        new Established(
            this,
            connect,
            settings,
            session,
            new PublishReceiver(this, connect, settings, session),
            new SubscribeReceiver(this, settings, session));
    lastHeard = host.now();
    deadline.cancel();
    if (settings.keepAliveSeconds() > 0 && !writer.isSupervised()) {
      deadline.arm(host.now() + settings.keepAliveSeconds() * 1500L);
    }
    session.resume();
    processLater();
  }

  Established established() {
    Established open = established;
    if (open == null) {
      throw new IllegalStateException("the connection is not established");
    }
    return open;
  }

  /**
   * Another Will, or none, of a client that is served: what MQTT says with another CONNECT.
   *
   * @param answer is given SUCCESS once it holds, whatever happens, or why it does not
   */
  public void changeWill(@Nullable Will will, Consumer<ReasonCode> answer) {
    try {
      handshake.changeWill(will, established().session(), answer);
    } catch (ProtocolErrorException none) { // no CONNECT could say such a one
      answer.accept(none.reason());
    }
  }

  /** Messages that wait for the client or are in flight to it. */
  public int queuedMessages() {
    return phase == Phase.OPEN ? established().session().queueMessages() : 0;
  }

  // ---------------------------------------------------------------- packets out

  /**
   * Sends a packet that is not a PUBLISH; false where there is nobody to send it to. A client that
   * takes no packet of that size would wait for it for ever: it is closed.
   */
  boolean send(Packet packet) {
    if (phase == Phase.CLOSED) {
      return false;
    }
    if (!writer.write(packet)) { // [MQTT-3.1.2-24]
      close(ReasonCode.PACKET_TOO_LARGE, "its " + packet.type() + " is too large for it", false);
      return false;
    }
    host.observer().packetSent(host.shard(), packet.type());
    return true;
  }

  @Override
  public boolean isOpen() {
    return phase == Phase.OPEN && !term.isOver();
  }

  @Override
  public boolean isWritable() {
    if (writer.isHeld()) {
      return false;
    }
    if (writer.pendingBytes() < host.limits().outputBytesMax()) {
      return true;
    }
    if (!brakes.isSet(Brakes.Brake.OUTPUT)) {
      brake(Brakes.Brake.OUTPUT); // whoever does not read is not read from
      if (stuck == null) {
        stuck = host.timer(this::onStuck);
      }
      stuck.arm(host.now() + host.limits().stuckOutputMillis());
    }
    return false;
  }

  @Override
  public boolean isHeld() {
    return writer.isHeld();
  }

  @Override
  public DurabilityLevel durability() {
    return origin.durability();
  }

  Admission admission() {
    return handshake.admission();
  }

  @Override
  public String user() {
    return handshake.admission().user();
  }

  @Override
  public Rights rights() {
    return handshake.admission().rights();
  }

  @Override
  public int receiveMaximum() {
    return established == null ? 65_535 : established.settings().receiveMaximum();
  }

  @Override
  public boolean publish(
      Publication publication,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds) {
    if (!writer.publish(publication, qos, dup, retain, packetId, subscriptionIds, host.now())) {
      return false;
    }
    host.observer().packetSent(host.shard(), PacketType.PUBLISH);
    if (dup) {
      host.observer().messageResent(host.shard());
    } else {
      host.observer().messageSent(host.shard(), qos, publication.payload().length);
    }
    return true;
  }

  @Override
  public void pubrel(int packetId, ReasonCode reason) {
    send(new Pubrel(packetId, reason));
  }

  // ---------------------------------------------------------------- the end

  /** Ends the connection for a reason the peer is told, where its version and phase allow. */
  void fail(ReasonCode reason, String explanation) {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (phase == Phase.OPEN) {
      if (established().settings().version().isFive()) { // [MQTT-3.14.0-1]
        Properties why = Properties.builder().set(PropertyId.REASON_STRING, explanation).build();
        send(new Disconnect(reason, why));
      }
    } else {
      handshake.refuse(reason, explanation, inflow.version());
    }
    close(reason, explanation, false);
  }

  private void close(ReasonCode reason, String explanation, boolean discardWill) {
    finish(reason, explanation, discardWill, handshake.expirySeconds());
  }

  void finish(ReasonCode reason, String explanation, boolean discardWill, long expirySeconds) {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    deadline.cancel();
    if (stuck != null) {
      stuck.cancel();
    }
    term.cancel();
    if (established != null) {
      established.publishes().closed();
    }
    acks.clear();
    inflow.release();
    long position = handshake.closed(discardWill, expirySeconds);
    host.whenDurable(position, durability(), writer::close); // [MQTT-3.14.4-2] [MQTT-4.13.2-1]
    host.observer()
        .connectionClosed(
            host.shard(), handshake.claimed(), handshake.isAnnounced(), reason, explanation);
  }
}
