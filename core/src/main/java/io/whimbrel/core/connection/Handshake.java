package io.whimbrel.core.connection;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Will;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Proof;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.session.Session;
import io.whimbrel.core.session.Subscription;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From CONNECT to CONNACK, with enhanced authentication in between and re-authentication later.
 * Valid for the connection, owned by its shard.
 */
final class Handshake {
  private static final int PACKET_SIZE_UNLIMITED = 268_435_460;

  private final Connection connection;
  private final Host host;
  private @Nullable Connect connect;
  private @Nullable PeerSettings settings;
  private @Nullable Session session;
  private @Nullable Object exchange;
  private @Nullable Admission admission;
  private String clientId = "";
  private boolean assigned;
  private boolean claimed;
  private boolean answered;
  private volatile boolean over; // read by whoever examines the client
  private boolean announced;

  Handshake(Connection connection) {
    this.connection = connection;
    this.host = connection.host;
  }

  String clientId() {
    return clientId;
  }

  // ---------------------------------------------------------------- CONNECT

  void handle(Packet packet, Connection.Phase phase) {
    if (packet.type() == PacketType.CONNECT) {
      onConnect((Connect) packet);
    } else if (phase == Connection.Phase.EXCHANGING && packet.type() == PacketType.AUTH) {
      onAuth((Auth) packet);
    } else if (phase == Connection.Phase.EXCHANGING && packet.type() == PacketType.DISCONNECT) {
      connection.onNetworkClosed(); // it changed its mind [MQTT-3.1.2-30]
    } else {
      throw new ProtocolErrorException(
          ReasonCode.PROTOCOL_ERROR, "MQTT-3.1.2-30", packet.type() + " before CONNACK");
    }
  }

  private void onConnect(Connect packet) {
    connect = packet;
    Limits limits = host.limits();
    PeerSettings agreed = PeerSettings.of(packet, limits);
    settings = agreed;
    connection.writer.settle(agreed); // its Maximum Packet Size binds a refusal too
    clientId = packet.clientId();
    if (clientId.isEmpty()) {
      if (!packet.version().isFive() && !packet.cleanStart()) { // [3.1.1 MQTT-3.1.3-8]
        throw new ProtocolErrorException(
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            "MQTT-3.1.3-8",
            "an empty client identifier needs a clean session");
      }
      clientId = host.assignClientId(); // [MQTT-3.1.3-6]
      assigned = true;
    }
    if (!host.hasRoomForClient()) {
      throw new ProtocolErrorException(
          packet.version().isFive() ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE,
          "4.13.2",
          "as many clients are connected as the broker takes");
    }
    Will will = packet.will();
    if (will != null) {
      checkWill(will, limits);
    }
    connection.advance(Connection.Phase.AUTHENTICATING);
    host.access().authenticate(clientId, packet, connection.origin, new Step(false));
  }

  private static void checkWill(Will will, Limits limits) {
    if (will.topic().levels() > limits.topicLevelsMax()) {
      throw new ProtocolErrorException(
          ReasonCode.TOPIC_NAME_INVALID, "4.7.3", "the will's topic has too many levels");
    }
    PayloadFormat.check(will.properties(), will.payload(), limits);
  }

  // ---------------------------------------------------------------- authentication

  /** The answer to one question; comes on any thread and is heard once. */
  private final class Step implements Access.Answer {
    private final boolean again;

    Step(boolean again) {
      this.again = again;
      answered = false;
    }

    @Override
    public void accept(Admission found) {
      hear(() -> accepted(found, again));
    }

    @Override
    public void refuse(ReasonCode reason) {
      hear(() -> connection.fail(again ? afterwards(reason) : reason, "the client was not let in"));
    }

    /** DISCONNECT knows fewer reasons than CONNACK [MQTT-3.14.2-1]. */
    private static ReasonCode afterwards(ReasonCode reason) {
      return switch (reason) {
        case BAD_USER_NAME_OR_PASSWORD, BANNED -> ReasonCode.NOT_AUTHORIZED;
        case SERVER_UNAVAILABLE -> ReasonCode.SERVER_BUSY;
        default -> reason;
      };
    }

    @Override
    public void challenge(byte[] data, Object state) {
      hear(() -> challenged(data, state, again));
    }

    @Override
    public boolean isAwaited() {
      return !over;
    }

    private void hear(Runnable action) {
      host.post(
          () -> {
            if (connection.phase() != Connection.Phase.CLOSED && !answered) {
              answered = true;
              action.run();
            }
          });
    }
  }

  private void challenged(byte[] data, Object state, boolean again) {
    exchange = state;
    connection.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, method(data)));
    if (!again) {
      connection.advance(Connection.Phase.EXCHANGING);
      connection.processLater();
    }
  }

  private void onAuth(Auth packet) { // [MQTT-4.12.0-3]
    Connect first = required(connect);
    checkMethod(packet, first);
    if (packet.reason() != ReasonCode.CONTINUE_AUTHENTICATION) {
      throw new ProtocolErrorException(
          ReasonCode.PROTOCOL_ERROR, "MQTT-4.12.0-3", "AUTH before CONNACK has to continue");
    }
    connection.advance(Connection.Phase.AUTHENTICATING);
    next(packet, first, false);
  }

  /** AUTH of a client that is connected [MQTT-4.12.1-1]. */
  void reauthenticate(Auth packet, Connect first) {
    checkMethod(packet, first);
    boolean starts = packet.reason() == ReasonCode.REAUTHENTICATE;
    boolean asked = exchange != null;
    if (!answered || starts == asked || (!starts && packet.reason() == ReasonCode.SUCCESS)) {
      throw new ProtocolErrorException(
          ReasonCode.PROTOCOL_ERROR, "MQTT-4.12.1-1", "AUTH out of turn");
    }
    next(packet, first, true);
  }

  private void next(Auth packet, Connect first, boolean again) {
    Object state = exchange;
    exchange = null;
    byte[] data = packet.properties().binary(PropertyId.AUTHENTICATION_DATA);
    host.access()
        .continueAuthentication(clientId, first, connection.origin, data, state, new Step(again));
  }

  private static void checkMethod(Auth packet, Connect first) {
    String method = first.properties().text(PropertyId.AUTHENTICATION_METHOD);
    String now = packet.properties().text(PropertyId.AUTHENTICATION_METHOD);
    if (method == null || !method.equals(now)) { // [MQTT-4.12.0-5] [MQTT-4.12.0-7]
      throw new ProtocolErrorException(
          ReasonCode.PROTOCOL_ERROR,
          "MQTT-4.12.0-7",
          "AUTH with another authentication method than CONNECT");
    }
  }

  private void accepted(Admission found, boolean again) {
    if (again) {
      renewed(found);
      return;
    }
    Connect first = required(connect);
    admission = found;
    connection.term.begin(found.proof());
    Will will = first.will();
    if (will != null) {
      ReasonCode verdict = found.rights().mayPublish(will.topic(), will.qos(), will.retain());
      if (verdict.isError()) {
        connection.fail(verdict, "the will may not be published");
        return;
      }
    }
    if (first.cleanStart() && !hasStoreRoom(null)) {
      refuseForStore(first); // before the session it would end has ended
      return;
    }
    connection.advance(Connection.Phase.CLAIMING);
    claimed = true;
    host.claim(connection, first.cleanStart());
  }

  /**
   * A re-authentication has succeeded: what the client is let in by, and may do, is that of the new
   * one from here on. It has to be the one it was, as its session is (4.12.1). Filters that it may
   * not subscribe to any more stay subscribed, and all that they match is withheld from it.
   */
  private void renewed(Admission found) {
    if (connection.expires()) { // what came behind the end was not sent, and is not done again
      return;
    }
    Proof before = admission().proof();
    boolean same =
        found.user().equals(admission().user())
            && found.proof().issuer().equals(before.issuer())
            && found.proof().subject().equals(before.subject());
    if (!same) {
      connection.fail(ReasonCode.NOT_AUTHORIZED, "re-authentication as somebody else");
      return;
    }
    admission = found;
    connection.term.begin(found.proof());
    int lost = 0;
    for (Subscription each : required(session).subscriptions()) { // whoever judges them tells which
      lost += found.rights().maySubscribe(each.filter(), each.qos()).isError() ? 1 : 0;
    }
    if (connection.send(new Auth(ReasonCode.SUCCESS, method(found.data())))) {
      host.observer().reauthenticated(host.shard(), identity(), lost);
    }
  }

  Admission admission() {
    return required(admission);
  }

  Identity identity() {
    Admission found = required(admission);
    return new Identity(clientId, found.user(), found.method(), connection.origin, found.proof());
  }

  /** Who it says it is, until it was authenticated. */
  Identity claimed() {
    if (admission != null) {
      return identity();
    }
    String said = connect == null ? null : connect.userName();
    return new Identity(clientId, said == null ? "" : said, "", connection.origin);
  }

  /** Whether the client has had its CONNACK. */
  boolean isAnnounced() {
    return announced;
  }

  // ---------------------------------------------------------------- the session

  /** The claim was answered. */
  void seated(@Nullable Session found, boolean replaces) {
    Connect first = required(connect);
    PeerSettings agreed = required(settings);
    boolean present = found != null;
    if (!first.cleanStart() && !hasStoreRoom(found)) {
      refuseForStore(first);
      return;
    }
    boolean lasting = agreed.sessionExpirySeconds() > 0;
    Session mine =
        found != null ? found : host.openSession(connection, clientId, admission().user(), lasting);
    session = mine;
    long position =
        mine.connect(connection, replaces, agreed.sessionExpirySeconds(), message(first.will()));
    connection.advance(Connection.Phase.RESUMING);
    Runnable open =
        () -> {
          if (connection.phase() == Connection.Phase.RESUMING) {
            connack(first, agreed, mine, present);
          }
        };
    mine.whenRecorded(position, upTo -> host.whenDurable(upTo, connection.durability(), open));
  }

  /**
   * Whether the store takes the session: a new one, or one that was in memory alone. One that is
   * recorded may always be taken on, since only its client can empty it.
   */
  private boolean hasStoreRoom(@Nullable Session found) {
    boolean kept =
        found != null
            ? !found.ref().isDurable()
            : required(settings).sessionExpirySeconds() > 0 || required(connect).will() != null;
    return !kept || connection.durability() == DurabilityLevel.MEMORY || !host.isStoreFull();
  }

  private void refuseForStore(Connect refused) {
    connection.fail(
        refused.version().isFive() ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SERVER_UNAVAILABLE,
        "the store has no room for another session");
  }

  /**
   * The client has another Will, or none, from here on.
   *
   * @param answer is given SUCCESS once that is as durable as the listener promises, or why not
   */
  void changeWill(@Nullable Will will, Session mine, Consumer<ReasonCode> answer) {
    if (will != null) {
      checkWill(will, host.limits());
      ReasonCode verdict = admission().rights().mayPublish(will.topic(), will.qos(), will.retain());
      if (verdict.isError()) {
        answer.accept(verdict);
        return;
      }
    }
    long position = mine.changeWill(connection, message(will));
    host.whenDurable(position, connection.durability(), () -> answer.accept(ReasonCode.SUCCESS));
  }

  private @Nullable WillMessage message(@Nullable Will will) {
    if (will == null) {
      return null;
    }
    Publication message =
        Publication.of(
            clientId,
            will.topic(),
            will.qos(),
            will.retain(),
            admission().stamp().stamp(will.properties(), will.topic(), host.now()),
            will.payload(),
            0);
    return new WillMessage(
        new Publication(
            clientId,
            message.topic(),
            message.qos(),
            message.retain(),
            Publication.NEVER,
            message.forwarded(),
            message.payload()),
        will.properties().number(PropertyId.MESSAGE_EXPIRY_INTERVAL, -1),
        will.properties().number(PropertyId.WILL_DELAY_INTERVAL, 0));
  }

  private void connack(Connect first, PeerSettings agreed, Session mine, boolean present) {
    Properties told =
        agreed.version().isFive() ? connackProperties(first, agreed) : Properties.NONE;
    if (!connection.send(new Connack(present, ReasonCode.SUCCESS, told))) { // [MQTT-3.2.2-3]
      return;
    }
    announced = true;
    host.observer().clientConnected(host.shard(), identity(), first.version(), present);
    host.clientsChanged(1);
    connection.open(first, agreed, mine);
  }

  private Properties connackProperties(Connect first, PeerSettings agreed) {
    Limits limits = host.limits();
    Properties.Builder told = Properties.builder();
    long asked = first.properties().number(PropertyId.SESSION_EXPIRY_INTERVAL, 0);
    if (agreed.sessionExpirySeconds() != asked) {
      told.set(PropertyId.SESSION_EXPIRY_INTERVAL, agreed.sessionExpirySeconds());
    }
    if (agreed.receiveMaximumIn() < 65_535) { // other limits may hold since CONNECT
      told.set(PropertyId.RECEIVE_MAXIMUM, agreed.receiveMaximumIn());
    }
    if (limits.packetSizeMax() < PACKET_SIZE_UNLIMITED) {
      told.set(PropertyId.MAXIMUM_PACKET_SIZE, limits.packetSizeMax());
    }
    if (assigned) {
      told.set(PropertyId.ASSIGNED_CLIENT_IDENTIFIER, clientId); // [MQTT-3.1.3-7]
    }
    if (limits.topicAliasMaximumIn() > 0) {
      told.set(PropertyId.TOPIC_ALIAS_MAXIMUM, limits.topicAliasMaximumIn());
    }
    if (agreed.keepAliveSeconds() != first.keepAliveSeconds()) {
      told.set(PropertyId.SERVER_KEEP_ALIVE, agreed.keepAliveSeconds()); // [MQTT-3.2.2-22]
    }
    String method = first.properties().text(PropertyId.AUTHENTICATION_METHOD);
    if (method != null) { // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
      told.set(PropertyId.AUTHENTICATION_METHOD, method);
      byte[] data = admission().data();
      if (data != null) {
        told.set(PropertyId.AUTHENTICATION_DATA, data);
      }
    }
    return told.build();
  }

  private Properties method(byte @Nullable [] data) {
    String name = required(connect).properties().text(PropertyId.AUTHENTICATION_METHOD);
    Properties.Builder told = Properties.builder();
    if (name != null) {
      told.set(PropertyId.AUTHENTICATION_METHOD, name);
    }
    if (data != null) {
      told.set(PropertyId.AUTHENTICATION_DATA, data);
    }
    return told.build();
  }

  // ---------------------------------------------------------------- the end

  /**
   * Refuses the CONNECT with a CONNACK, where the peer's version is known and knows the reason.
   *
   * @param version null where no CONNECT could be read so far
   */
  void refuse(ReasonCode reason, String explanation, @Nullable ProtocolVersion version) {
    host.observer().connectRefused(host.shard(), claimed(), reason, explanation);
    if (version == null || reason == ReasonCode.SESSION_TAKEN_OVER) {
      return;
    }
    ReasonCode told =
        reason == ReasonCode.SERVER_SHUTTING_DOWN
            ? ReasonCode.SERVER_UNAVAILABLE // which DISCONNECT alone can tell [MQTT-3.2.2-8]
            : reason;
    connection.writer.version(version);
    if (version.isFive()) { // [MQTT-3.2.2-7]
      Properties why = Properties.builder().set(PropertyId.REASON_STRING, explanation).build();
      connection.send(new Connack(false, told, why));
    } else if (hasReturnCode(told)) {
      connection.send(new Connack(false, told, Properties.NONE));
    }
  }

  /** The return codes of 3.1.1, table 3.1; any other failure is a plain close. */
  private static boolean hasReturnCode(ReasonCode reason) {
    return reason == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
        || reason == ReasonCode.CLIENT_IDENTIFIER_NOT_VALID
        || reason == ReasonCode.SERVER_UNAVAILABLE
        || reason == ReasonCode.SERVER_BUSY
        || reason == ReasonCode.BAD_USER_NAME_OR_PASSWORD
        || reason == ReasonCode.NOT_AUTHORIZED;
  }

  /** Session Expiry Interval in force, also while CONNACK still waits. */
  long expirySeconds() {
    Session mine = session;
    return mine == null ? 0 : mine.expirySeconds();
  }

  /** The connection is over: the session waits for the next one. Gives what a close waits for. */
  long closed(boolean discardWill, long expirySeconds) {
    over = true;
    if (announced) {
      host.clientsChanged(-1);
    }
    Session mine = session;
    session = null;
    long position = mine == null ? 0 : mine.disconnect(discardWill, expirySeconds, connection);
    if (claimed) {
      host.vacate(connection);
    }
    return position;
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the handshake has not come so far");
    }
    return value;
  }
}
