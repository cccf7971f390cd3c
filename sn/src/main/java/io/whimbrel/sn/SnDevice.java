package io.whimbrel.sn;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnType;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.session.Timer;
import java.nio.charset.StandardCharsets;
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
  private static final int DAY_SECONDS = 86_400;

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
  private final Connects connects;
  private final Asking asking;
  private final WillAsking will = new WillAsking(this);
  private final Timer supervision;
  private final Waking waking;

  private SnPeer peer;
  private SnSession session;
  private State state = State.ASKING;
  private SnMessage.Connect connect;
  private long lastHeard;
  private int sleepSeconds;

  // Valid for a connection to the broker.
  private @Nullable Bridge bridge;
  private Uplink uplink;
  private Downlink downlink;

  SnDevice(SnGateway gateway, SnPeer peer, SnMessage.Connect connect, SnSession session) {
    this.gateway = gateway;
    this.peer = peer;
    this.connect = connect;
    this.session = session;
    this.connects = new Connects(gateway.settings().retryMillis());
    this.clientId = new String(connect.clientId(), StandardCharsets.UTF_8);
    this.asking = new Asking(this);
    this.supervision = gateway.shard().timer(this::onSupervision);
    this.waking = new Waking(this);
    this.uplink = new Uplink(this, session);
    this.downlink = new Downlink(this, session.topics());
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
          if (connects.isFresh()) {
            gateway.spoke(this);
          }
          connects.heard(message, now());
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
      case PINGREQ -> onPingreq((SnMessage.Pingreq) message);
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
    boolean again = Connects.isSame(asked, connect);
    if (again && state == State.ASKING && asking.isBusy()) {
      asking.resume();
    } else if (again && state == State.CONNECTING) {
      return; // the answer comes
    } else if (again && isServed() && connects.mayBeCopy(now())) {
      goOn(asked);
    } else if (!connects.isOvertaken(asked, now())) {
      begin(asked);
    }
  }

  /**
   * It may be a copy of the CONNECT that holds. To begin anew would take subscriptions away that
   * the device believes to have; ids it is told again where it has lost them.
   */
  private void goOn(SnMessage.Connect asked) {
    if (asked.cleanSession() && !connects.isFresh()) {
      session.topics().clear();
    }
    if (state != State.ACTIVE) {
      connects.doubt(now());
      becomes(State.ACTIVE);
      will.delay(0);
      downlink.resume();
    }
    downlink.goOn();
    send(new SnMessage.Connack(SnReturnCode.ACCEPTED));
    takesMore();
  }

  private void begin(SnMessage.Connect asked) {
    if (state == State.CONNECTING) {
      leave(); // its CONNACK would answer what holds no more
    }
    becomes(State.ASKING);
    connect = asked;
    connects.begins(asked, now());
    sleepSeconds = 0;
    downlink.pause();
    will.clear();
    if (asked.cleanSession()) {
      session.clear(); // 6.3: it begins anew
    }
    if (asked.will()) {
      asking.askOnce(WillAsking.first());
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
      leave();
      refuse(SnReturnCode.NOT_SUPPORTED);
    } else if (will.isThere()) {
      asking.askOnce(WillAsking.second());
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

  /** It asks the broker. */
  private void open() {
    becomes(State.CONNECTING);
    leave();
    Bridge made = new Bridge(this, gateway.shard());
    bridge = made;
    uplink = new Uplink(this, session);
    downlink = new Downlink(this, session.topics());
    made.open(gateway.origin(peer), clientId, connect.cleanSession(), will.will(Properties.NONE));
  }

  /** It has come anew, so that it is not lost: no Will of the connection before is published. */
  private void leave() {
    Bridge before = bridge;
    bridge = null;
    if (before != null) {
      before.leave();
    }
  }

  private void onConnack(Connack answer) {
    if (answer.reason().isError()) {
      refuse(Uplink.code(answer.reason()));
      return;
    }
    if (!connect.cleanSession()) {
      adopt(); // also where the broker has no session any more: ids it has said mean what they
      // meant
    }
    if (answer.sessionPresent()) {
      session.topics().beginElsewhere(now());
    }
    becomes(State.ACTIVE);
    gateway.served(this);
    connects.accepted();
    lastHeard = now();
    send(new SnMessage.Connack(SnReturnCode.ACCEPTED));
    supervise();
  }

  /** It goes on with what is known of it, now that it is its own. */
  private void adopt() {
    SnSession known = gateway.known(this);
    if (known != null) {
      session = known;
      uplink = new Uplink(this, session);
      downlink = new Downlink(this, session.topics());
    }
  }

  private void refuse(SnReturnCode code) {
    send(new SnMessage.Connack(code));
    over();
  }

  // ---------------------------------------------------------------- sleep

  private void onPingreq(SnMessage.Pingreq asked) {
    if (state == State.ACTIVE && sleepSeconds > 0 && Connects.isWakingUp(asked)) {
      sleep(); // it has done so all the time, and what woke it was a copy
    }
    if (state == State.ACTIVE) {
      send(new SnMessage.Pingresp());
      return;
    }
    becomes(State.AWAKE);
    waking.begin();
    downlink.resume();
    takesMore();
  }

  /** A sleeper that has heard everything sleeps again (6.14). */
  void settle() {
    Bridge mine = bridge;
    if (state == State.AWAKE
        && mine != null
        && downlink.isFree()
        && mine.connection().queuedMessages() == 0) {
      becomes(State.ASLEEP);
      downlink.pause();
      send(new SnMessage.Pingresp());
      supervise();
    }
  }

  private void onDisconnect(SnMessage.Disconnect said) {
    if (said.sleepSeconds() > 0) {
      sleepSeconds = said.sleepSeconds();
      sleep();
      send(SnMessage.Disconnect.PLAIN);
      return;
    }
    leave();
    send(SnMessage.Disconnect.PLAIN);
    over();
  }

  private void sleep() {
    becomes(State.ASLEEP);
    connects.sleeps();
    downlink.pause();
    will.delay(Patience.millis(sleepSeconds) / 1000);
  }

  /**
   * It does not answer, and is lost (6.13). But who was woken up by a copy of its PINGREQ or of its
   * CONNECT still sleeps, and comes when it said.
   */
  void unanswered(SnType what) {
    if (state == State.AWAKE || connects.isDoubted()) {
      sleep();
      supervise();
    } else {
      lost("it does not answer " + what);
    }
  }

  // ---------------------------------------------------------------- time

  /** A device that says nothing for longer than it said is lost (6.11, 6.14). */
  private void supervise() {
    int seconds =
        switch (state) {
          case ACTIVE -> connects.isDoubted() ? sleepSeconds : keepAliveSeconds();
          case ASLEEP, AWAKE -> sleepSeconds;
          case ASKING, CONNECTING, OVER -> 0;
        };
    if (seconds == 0) {
      supervision.cancel();
    } else {
      supervision.arm(lastHeard + Patience.millis(seconds));
    }
  }

  /** Who names none is given a day: nothing else ends what a datagram has begun. */
  private int keepAliveSeconds() {
    return connect.keepAliveSeconds() == 0 ? DAY_SECONDS : connect.keepAliveSeconds();
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
    if (isServed()) {
      will.delay(0);
    }
    over();
    if (mine != null) {
      mine.cut();
    }
  }

  // ---------------------------------------------------------------- the end

  /** Whatever it says next has to be a CONNECT. */
  void over() {
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

  /** Its connection; others were replaced. */
  @Nullable Bridge bridge() {
    return bridge;
  }

  SnPeer peer() {
    return peer;
  }

  boolean isAwake() {
    return state == State.AWAKE;
  }

  /** It speaks from somewhere else. */
  void moves(SnPeer to) {
    peer = to;
  }

  SnSession session() {
    return session;
  }

  /** Whether its session may outlive its connection. */
  boolean isLasting() {
    return !connect.cleanSession();
  }

  // ---------------------------------------------------------------- the broker

  void onPacket(Packet packet) {
    switch (packet.type()) {
      case CONNACK -> onConnack((Connack) packet);
      case PUBACK -> uplink.onPuback((Puback) packet);
      case PUBREC -> uplink.onPubrec((Pubrec) packet);
      case PUBCOMP -> uplink.onPubcomp(((Pubcomp) packet).packetId());
      case PUBREL -> downlink.onPubrel((Pubrel) packet);
      case SUBACK -> uplink.onSuback((Suback) packet);
      case UNSUBACK -> uplink.onUnsuback(((Unsuback) packet).packetId());
      case DISCONNECT -> {
        send(SnMessage.Disconnect.PLAIN);
        over();
      }
      default -> throw new IllegalStateException(packet.type() + " to a device");
    }
  }

  boolean publish(Publication publication, Qos qos, boolean dup, boolean retain, int packetId) {
    boolean taken = downlink.publish(publication, qos, dup, retain, packetId);
    if (state == State.AWAKE) {
      gateway.shard().nextTurn(this::settle); // the session counts it by then
    }
    return taken;
  }

  /** Whether it takes a message now. */
  boolean isReady() {
    return (state == State.ACTIVE || state == State.AWAKE) && downlink.isFree();
  }
}
