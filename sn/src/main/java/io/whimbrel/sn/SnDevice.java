package io.whimbrel.sn;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.PacketOutput;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.session.Timer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One device, from its CONNECT until it is gone: a client of the broker like any other, which may
 * sleep. While it sleeps its connection stands, and its messages wait in its session (6.14).
 *
 * <pre>
 * ASKING (Will) ──► CONNECTING ──CONNACK──► ACTIVE ──DISCONNECT with Duration──► ASLEEP
 * ASLEEP ──PINGREQ──► AWAKE ──all is said: PINGRESP──► ASLEEP
 * ASLEEP, AWAKE ──CONNECT──► ACTIVE
 * any ──DISCONNECT, nothing heard in time (lost), the broker's DISCONNECT──► OVER
 * </pre>
 *
 * Owned by its gateway's shard.
 */
final class SnDevice {
  private static final long FOR_EVER = 0xFFFF_FFFFL;
  private static final Properties NOTHING = Properties.NONE;

  /** Where it stands; see the class. */
  enum State {
    ASKING,
    CONNECTING,
    ACTIVE,
    ASLEEP,
    AWAKE,
    OVER
  }

  private final SnGateway gateway;
  private final String clientId;
  private final TopicIds topics;
  private final Asking asking;
  private final WillAsking will = new WillAsking(this);
  private final Timer supervision;

  private SnPeer peer;
  private State state = State.ASKING;
  private SnMessage.Connect connect;
  private long lastHeard;
  private int sleepSeconds;

  // Valid for a connection to the broker.
  private @Nullable Bridge bridge;
  private Uplink uplink;
  private Downlink downlink;
  private boolean fresh;

  SnDevice(SnGateway gateway, SnPeer peer, SnMessage.Connect connect, TopicIds topics) {
    this.gateway = gateway;
    this.peer = peer;
    this.connect = connect;
    this.topics = topics;
    this.clientId = new String(connect.clientId(), StandardCharsets.UTF_8);
    this.asking = new Asking(this);
    this.supervision = gateway.shard().timer(this::onSupervision);
    this.uplink = new Uplink(this, topics);
    this.downlink = new Downlink(this, topics);
  }

  // ---------------------------------------------------------------- what it says

  /** A message came from it. */
  void on(SnMessage message) {
    lastHeard = now();
    switch (message.type()) {
      case CONNECT -> onConnect((SnMessage.Connect) message);
      case WILLTOPIC -> onWillTopic((SnMessage.WillTopic) message);
      case WILLMSG -> onWillMsg((SnMessage.WillMsg) message);
      default -> {
        if (isServed()) {
          fresh = false;
          serve(message);
        }
      }
    }
    supervise();
  }

  private void serve(SnMessage message) {
    switch (message.type()) {
      case REGISTER -> uplink.onRegister((SnMessage.Register) message);
      case PUBLISH -> uplink.onPublish((SnMessage.Publish) message);
      case PUBREL -> uplink.onPubrel((SnMessage.Pubrel) message);
      case SUBSCRIBE -> uplink.onSubscribe((SnMessage.Subscribe) message);
      case UNSUBSCRIBE -> uplink.onUnsubscribe((SnMessage.Unsubscribe) message);
      case REGACK -> downlink.onRegack((SnMessage.Regack) message);
      case PUBACK -> downlink.onPuback((SnMessage.Puback) message);
      case PUBREC -> downlink.onPubrec(((SnMessage.Pubrec) message).messageId());
      case PUBCOMP -> downlink.onPubcomp(((SnMessage.Pubcomp) message).messageId());
      case PINGREQ -> onPingreq();
      case DISCONNECT -> onDisconnect((SnMessage.Disconnect) message);
      case WILLTOPICUPD -> will.onTopicUpd((SnMessage.WillTopicUpd) message);
      case WILLMSGUPD -> will.onMsgUpd((SnMessage.WillMsgUpd) message);
      default -> gateway.observer().malformed(message.type() + " is for devices");
    }
    settle();
  }

  /** Whether the broker has let it in. */
  boolean isServed() {
    return state == State.ACTIVE || state == State.ASLEEP || state == State.AWAKE;
  }

  // ---------------------------------------------------------------- CONNECT

  /** CONNECT came: for the first time, once more as no answer arrived, or anew (6.2). */
  void onConnect(SnMessage.Connect asked) {
    boolean again = isSame(asked, connect);
    if (again && state == State.ASKING && asking.isBusy()) {
      asking.resume();
    } else if (again && state == State.CONNECTING) {
      return; // the answer comes
    } else if (again && state == State.ACTIVE && fresh) {
      send(new SnMessage.Connack(SnReturnCode.ACCEPTED));
    } else {
      begin(asked);
    }
  }

  private static boolean isSame(SnMessage.Connect one, SnMessage.Connect other) {
    return one.will() == other.will()
        && one.cleanSession() == other.cleanSession()
        && one.keepAliveSeconds() == other.keepAliveSeconds()
        && Arrays.equals(one.clientId(), other.clientId());
  }

  private void begin(SnMessage.Connect asked) {
    becomes(State.ASKING);
    connect = asked;
    will.clear();
    if (asked.cleanSession()) {
      topics.clear(); // 6.3: it begins anew
    }
    if (asked.will()) {
      asking.ask(WillAsking.first(), WillAsking.first());
    } else {
      open();
    }
  }

  private void onWillTopic(SnMessage.WillTopic said) {
    if (state != State.ASKING || !asking.isBusy()) {
      return;
    }
    asking.answered();
    if (!will.topic(said.qos(), said.retain(), said.topic())) {
      refuse(SnReturnCode.NOT_SUPPORTED);
    } else if (will.isThere()) {
      asking.ask(WillAsking.second(), WillAsking.second());
    } else {
      open();
    }
  }

  private void onWillMsg(SnMessage.WillMsg said) {
    if (state == State.ASKING && asking.isBusy() && will.isThere()) {
      asking.answered();
      will.message(said.payload());
      open();
    }
  }

  /** It asks the broker, as a client of MQTT 5 that takes one message at a time. */
  private void open() {
    becomes(State.CONNECTING);
    leave();
    Bridge made = new Bridge();
    bridge = made;
    uplink = new Uplink(this, topics);
    downlink = new Downlink(this, topics);
    made.connection = gateway.shard().open(made, gateway.origin(peer));
    Properties properties =
        Properties.builder()
            .set(PropertyId.SESSION_EXPIRY_INTERVAL, connect.cleanSession() ? 0 : FOR_EVER)
            .set(PropertyId.RECEIVE_MAXIMUM, 1)
            .build();
    made.connection.onPacket(
        new Connect(
            ProtocolVersion.MQTT_5,
            connect.cleanSession(),
            0,
            properties,
            clientId,
            will.will(NOTHING),
            null,
            null));
  }

  /** It has come anew, so that it is not lost: no Will of the connection before is published. */
  private void leave() {
    Bridge before = bridge;
    bridge = null;
    if (before != null) {
      before.connection().onPacket(new Disconnect(ReasonCode.SUCCESS, NOTHING));
    }
  }

  private void onConnack(Connack answer) {
    if (answer.reason().isError()) {
      refuse(Uplink.code(answer.reason()));
      return;
    }
    becomes(State.ACTIVE);
    gateway.served(this);
    fresh = true;
    lastHeard = now();
    send(new SnMessage.Connack(SnReturnCode.ACCEPTED));
    supervise();
  }

  private void refuse(SnReturnCode code) {
    send(new SnMessage.Connack(code));
    over();
  }

  // ---------------------------------------------------------------- sleep

  private void onPingreq() {
    if (state == State.ACTIVE) {
      send(new SnMessage.Pingresp());
      return;
    }
    becomes(State.AWAKE);
    downlink.resume();
    takesMore();
  }

  /** A sleeper that has heard everything sleeps again (6.14). */
  private void settle() {
    Bridge mine = bridge;
    if (state == State.AWAKE
        && mine != null
        && downlink.isFree()
        && mine.connection().queuedMessages() == 0) {
      becomes(State.ASLEEP);
      send(new SnMessage.Pingresp());
      supervise();
    }
  }

  private void onDisconnect(SnMessage.Disconnect said) {
    if (said.sleepSeconds() > 0) {
      becomes(State.ASLEEP);
      sleepSeconds = said.sleepSeconds();
      downlink.pause();
      will.delay(patience(sleepSeconds) / 1000);
      send(SnMessage.Disconnect.PLAIN);
      return;
    }
    toBroker(new Disconnect(ReasonCode.SUCCESS, NOTHING));
    send(SnMessage.Disconnect.PLAIN);
    over();
  }

  // ---------------------------------------------------------------- the Will

  /** Tells the broker of another Will; false answers at once that there can be none. */
  void changeWill(boolean possible, Properties delay, Consumer<SnReturnCode> answer) {
    Bridge mine = bridge;
    if (!possible || mine == null) {
      answer.accept(SnReturnCode.NOT_SUPPORTED);
      return;
    }
    mine.connection().changeWill(will.will(delay), reason -> answer.accept(Uplink.code(reason)));
  }

  // ---------------------------------------------------------------- time

  /** A device that says nothing for longer than it said is lost (6.11, 6.14). */
  private void supervise() {
    int seconds =
        switch (state) {
          case ACTIVE -> connect.keepAliveSeconds();
          case ASLEEP, AWAKE -> sleepSeconds;
          case ASKING, CONNECTING, OVER -> 0;
        };
    if (seconds == 0) {
      supervision.cancel();
    } else {
      supervision.arm(lastHeard + patience(seconds));
    }
  }

  /** A tenth more than it said, and half as much again where that is less than a minute (7.2). */
  static long patience(int seconds) {
    return seconds > 60 ? seconds * 1100L : seconds * 1500L;
  }

  private void onSupervision() {
    lost(state == State.ACTIVE ? "it is silent" : "it has not woken up");
  }

  /** It is lost: its Will is published. */
  void lost(String why) {
    if (state == State.OVER) {
      return;
    }
    Bridge mine = bridge;
    if (mine != null && isServed()) {
      will.delay(0);
      over();
      gateway.shard().closed(mine.connection());
    } else {
      over();
    }
  }

  // ---------------------------------------------------------------- the end

  /** Whatever it says next has to be a CONNECT. */
  private void over() {
    becomes(State.OVER);
    asking.answered();
    downlink.pause();
    supervision.cancel();
    bridge = null;
    gateway.gone(this);
  }

  private void becomes(State next) {
    boolean slept = state == State.ASLEEP || state == State.AWAKE;
    boolean sleeps = next == State.ASLEEP || next == State.AWAKE;
    state = next;
    if (slept != sleeps) {
      gateway.observer().asleepChanged(sleeps ? 1 : -1);
    }
  }

  // ---------------------------------------------------------------- its parts

  /** Hands a packet to the broker; false where it does not take one now. */
  boolean toBroker(Packet packet) {
    Bridge mine = bridge;
    return mine != null && mine.connection().onPacket(packet);
  }

  /** The device takes another message. */
  void takesMore() {
    Bridge mine = bridge;
    if (mine != null && downlink.isFree()) {
      mine.connection().onWritable();
    }
  }

  void send(SnMessage message) {
    gateway.send(peer, message);
  }

  void sendAgain(SnMessage message) {
    gateway.observer().sentAgain(message.type());
    send(message);
  }

  void dropped(String why) {
    gateway.observer().dropped(clientId, why);
  }

  SnReturnCode congestion() {
    gateway.observer().congested();
    return SnReturnCode.CONGESTION;
  }

  Timer timer(Runnable action) {
    return gateway.shard().timer(action);
  }

  long now() {
    return gateway.shard().now();
  }

  SnSettings settings() {
    return gateway.settings();
  }

  int sizeMax() {
    return gateway.sizeMax(peer);
  }

  String clientId() {
    return clientId;
  }

  SnPeer peer() {
    return peer;
  }

  State state() {
    return state;
  }

  /** It speaks from somewhere else. */
  void moves(SnPeer to) {
    peer = to;
  }

  TopicIds topics() {
    return topics;
  }

  /** Whether its session may outlive its connection. */
  boolean isLasting() {
    return !connect.cleanSession();
  }

  // ---------------------------------------------------------------- the broker

  /** What the broker says over one connection; one that was replaced is not heard any more. */
  private final class Bridge implements PacketOutput {
    private @Nullable Connection connection;

    Connection connection() {
      Connection made = connection;
      if (made == null) {
        throw new IllegalStateException("there is no connection yet");
      }
      return made;
    }

    private boolean isCurrent() {
      return bridge == this;
    }

    @Override
    public void packet(Packet packet) {
      if (!isCurrent()) {
        return;
      }
      switch (packet.type()) {
        case CONNACK -> onConnack((Connack) packet);
        case PUBACK -> uplink.onPuback((Puback) packet);
        case PUBREC -> uplink.onPubrec((Pubrec) packet);
        case PUBCOMP -> send(new SnMessage.Pubcomp(((Pubcomp) packet).packetId()));
        case PUBREL -> downlink.onPubrel(((Pubrel) packet).packetId());
        case SUBACK -> uplink.onSuback((Suback) packet);
        case UNSUBACK -> send(new SnMessage.Unsuback(((Unsuback) packet).packetId()));
        case DISCONNECT -> {
          send(SnMessage.Disconnect.PLAIN);
          over();
        }
        default -> throw new IllegalStateException(packet.type() + " to a device");
      }
    }

    @Override
    public boolean publish(
        Publication publication, Qos qos, boolean dup, boolean retain, int packetId) {
      boolean taken = isCurrent() && downlink.publish(publication, qos, dup, retain, packetId);
      if (state == State.AWAKE) {
        gateway.shard().nextTurn(SnDevice.this::settle); // the session counts it by then
      }
      return taken;
    }

    @Override
    public boolean isReady() {
      return isCurrent() && (state == State.ACTIVE || state == State.AWAKE) && downlink.isFree();
    }

    @Override
    public void close() {
      Connection ended = connection;
      if (ended != null) {
        gateway.shard().closed(ended);
      }
      if (isCurrent()) {
        over();
      }
    }
  }
}
