package io.whimbrel.sn;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Utf8;
import io.whimbrel.codec.sn.SnDecoder;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMalformedException;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnTopic;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.session.Timer;
import io.whimbrel.core.shard.Shard;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The gateway of one link: which device a datagram is of, and what is said to who is none (6.1).
 * Nothing that comes makes it keep more than its settings allow, and nothing that comes from a
 * stranger is answered by more than came. Owned by its shard.
 */
public final class SnGateway {
  private static final byte[] NOBODY = new byte[0];
  private static final long SEARCH_MILLIS = 1_000;

  private final Shard shard;
  private final SnLink link;
  private final SnSettings settings;
  private final SnObserver observer;
  private final String name;
  private final String speaker;
  private final DurabilityLevel durability;
  private final SnDecoder decoder = new SnDecoder();
  private final Map<Integer, TopicName> predefined = new HashMap<>();
  private final Map<TopicName, Integer> predefinedIds = new HashMap<>();
  private final TopicIds common = new TopicIds(predefined, predefinedIds, 0); // of QoS -1
  private final Map<SnPeer, SnDevice> devices = new HashMap<>();
  private final Map<String, SnDevice> named = new HashMap<>();
  private final Set<SnDevice> silent = new LinkedHashSet<>();
  private final Map<String, SnSession> away = new LinkedHashMap<>();
  private final Timer advertising;
  private @Nullable Anybody anybody;
  private long answersFrom;

  /** One whose QoS -1 is said by the client {@code name-gatewayId-shard}. */
  public SnGateway(
      Shard shard,
      SnLink link,
      SnSettings settings,
      SnObserver observer,
      String name,
      DurabilityLevel durability) {
    this(
        shard,
        link,
        settings,
        observer,
        name,
        durability,
        name + "-" + settings.gatewayId() + "-" + shard.shard());
  }

  /**
   * A gateway that has said nothing so far.
   *
   * @param name what is spoken on the link, as {@link Origin#transport}: sn
   * @param speaker Client Identifier of the one that says what comes with QoS -1; no other gateway
   *     has it
   */
  public SnGateway(
      Shard shard,
      SnLink link,
      SnSettings settings,
      SnObserver observer,
      String name,
      DurabilityLevel durability,
      String speaker) {
    this.shard = shard;
    this.link = link;
    this.settings = settings;
    this.observer = observer;
    this.name = name;
    this.durability = durability;
    this.speaker = speaker;
    settings
        .predefined()
        .forEach(
            (id, topic) -> {
              TopicName known = TopicName.of(topic);
              predefined.put(id, known);
              predefinedIds.put(known, id);
            });
    this.advertising = shard.timer(this::advertise);
  }

  /** Begins to say that it is there, where that is wanted. */
  public void start() {
    if (settings.advertiseSeconds() > 0) {
      advertise();
    }
  }

  private void advertise() {
    SnMessage there = new SnMessage.Advertise(settings.gatewayId(), settings.advertiseSeconds());
    link.broadcast(SnEncoder.bytes(there), 0);
    observer.sent(there.type());
    advertising.arm(shard.now() + settings.advertiseSeconds() * 1000L);
  }

  // ---------------------------------------------------------------- datagrams in

  /** A datagram came; the array is the caller's again when this returns. */
  public void onDatagram(SnPeer from, byte[] bytes, int begin, int end) {
    try {
      SnMessage message = decoder.decode(bytes, begin, end);
      observer.received(message.type());
      if (message instanceof SnMessage.Encapsulated forwarded) {
        onForwarded(from, forwarded);
      } else {
        on(from, message);
      }
    } catch (SnMalformedException refused) {
      observer.malformed(refused.section() + ": " + refused.explanation());
    }
  }

  /**
   * A datagram came to all gateways there are: a search is answered to all, as others search too,
   * and to the one who searches; once a second at most (6.1).
   */
  public void onBroadcast(SnPeer from, byte[] bytes, int begin, int end) {
    try {
      SnMessage message = decoder.decode(bytes, begin, end);
      observer.received(message.type());
      switch (message.type()) {
        case SEARCHGW -> onSearch(from, (SnMessage.Searchgw) message);
        case ADVERTISE, GWINFO -> {} // another gateway is there, or this one
        default -> observer.malformed(message.type() + " is for one gateway");
      }
    } catch (SnMalformedException refused) {
      observer.malformed(refused.section() + ": " + refused.explanation());
    }
  }

  private void onSearch(SnPeer from, SnMessage.Searchgw asked) {
    if (shard.now() < answersFrom) {
      return;
    }
    answersFrom = shard.now() + SEARCH_MILLIS;
    SnMessage here = new SnMessage.Gwinfo(settings.gatewayId(), NOBODY);
    link.broadcast(SnEncoder.bytes(here), asked.radius());
    observer.sent(here.type());
    send(from, here);
  }

  private void onForwarded(SnPeer forwarder, SnMessage.Encapsulated forwarded)
      throws SnMalformedException {
    if (!settings.forwarders()) {
      observer.malformed("forwarders are not let in");
      return;
    }
    byte[] inside = forwarded.message();
    SnMessage message = decoder.decode(inside, 0, inside.length);
    observer.received(message.type());
    on(new SnPeer.Forwarded(forwarder, forwarded.node()), message);
  }

  /** A defect is the broker's; its device alone pays. */
  private void on(SnPeer from, SnMessage message) {
    try {
      dispatch(from, message);
    } catch (RuntimeException defect) {
      SnDevice device = devices.get(from);
      Bridge bridge = device == null ? null : device.bridge();
      if (device != null) {
        gone(device);
      }
      if (bridge != null) {
        bridge.cut();
      }
      throw defect;
    }
  }

  private void dispatch(SnPeer from, SnMessage message) {
    switch (message.type()) {
      case SEARCHGW -> send(from, new SnMessage.Gwinfo(settings.gatewayId(), NOBODY));
      case ADVERTISE, GWINFO -> {} // another gateway is there
      case CONNECT -> onConnect(from, (SnMessage.Connect) message);
      case PUBLISH -> onPublish(from, (SnMessage.Publish) message);
      case PINGREQ -> onPingreq(from, (SnMessage.Pingreq) message);
      default -> toDevice(from, message);
    }
  }

  private void toDevice(SnPeer from, SnMessage message) {
    SnDevice device = devices.get(from);
    if (device != null) {
      device.on(message);
    } else {
      stranger(from);
    }
  }

  /** Who is not connected is told so, with the shortest message there is. */
  private void stranger(SnPeer from) {
    send(from, SnMessage.Disconnect.PLAIN);
  }

  private void onConnect(SnPeer from, SnMessage.Connect asked) {
    byte[] id = asked.clientId();
    if (id.length == 0 || !Utf8.isValid(id, 0, id.length)) {
      send(from, new SnMessage.Connack(SnReturnCode.NOT_SUPPORTED));
      return;
    }
    String clientId = new String(id, StandardCharsets.UTF_8);
    if (!settings.clients().mayBe(clientId, from.user())) {
      observer.refused(clientId, from.address(), "no device of this name is let in here");
      send(from, new SnMessage.Connack(SnReturnCode.NOT_SUPPORTED));
      return;
    }
    SnDevice here = devices.get(from);
    if (here != null && here.clientId().equals(clientId)) {
      here.on(asked);
      return;
    }
    if (here == null && devices.size() >= settings.devicesMax() && !makesRoom()) {
      observer.congested();
      send(from, new SnMessage.Connack(SnReturnCode.CONGESTION));
      return;
    }
    if (here != null) {
      here.lost("another device speaks from its address");
    }
    SnDevice device = new SnDevice(this, from, asked, sessionOf(clientId));
    devices.put(from, device);
    silent.add(device);
    device.on(asked);
  }

  /**
   * Who has said nothing but CONNECT may not be there at all, if its address was forged, and would
   * keep its place for as long as the keep alive that it named: the oldest of them goes.
   */
  private boolean makesRoom() {
    Iterator<SnDevice> inOrder = silent.iterator();
    if (!inOrder.hasNext()) {
      return false;
    }
    SnDevice oldest = inOrder.next();
    oldest.lost("its place was needed, and it has said nothing");
    stranger(oldest.peer());
    return true;
  }

  /** Of one that begins; what is known of its name is its own when the broker has let it in. */
  private SnSession sessionOf(String clientId) {
    return new SnSession(topicsOf(clientId), new Answered(settings.retryMillis()));
  }

  /** What is known of a session that goes on, wherever its device was. */
  @Nullable SnSession known(SnDevice device) {
    SnDevice before = named.get(device.clientId());
    return before != null && before != device ? before.session() : away.get(device.clientId());
  }

  private TopicIds topicsOf(String clientId) {
    Map<Integer, String> own = settings.clients().predefined(clientId);
    if (own.isEmpty()) {
      return new TopicIds(predefined, predefinedIds, settings.topicsMax());
    }
    Map<Integer, TopicName> names = new HashMap<>(predefined);
    own.forEach(
        (id, text) -> {
          TopicName topic = Uplink.topic(text.getBytes(StandardCharsets.UTF_8));
          if (topic != null) { // with its Client Identifier in it, it may be none
            names.put(id, topic);
          }
        });
    Map<TopicName, Integer> ids = new HashMap<>();
    names.forEach((id, topic) -> ids.put(topic, id));
    return new TopicIds(names, ids, settings.topicsMax());
  }

  /** A sleeper asks for its messages, perhaps from a new address (6.14). */
  private void onPingreq(SnPeer from, SnMessage.Pingreq asked) {
    SnDevice here = devices.get(from);
    String clientId = new String(asked.clientId(), StandardCharsets.UTF_8);
    if (here != null && (clientId.isEmpty() || here.clientId().equals(clientId))) {
      here.on(asked);
      return;
    }
    SnDevice elsewhere = named.get(clientId);
    if (elsewhere == null || here != null || !mayMove(elsewhere, from)) {
      stranger(from);
      return;
    }
    devices.remove(elsewhere.peer(), elsewhere);
    elsewhere.moves(from);
    devices.put(from, elsewhere);
    elsewhere.on(asked);
  }

  /** It is the same where both have proved to be the same user; else the settings decide. */
  private boolean mayMove(SnDevice device, SnPeer to) {
    String before = device.peer().user();
    return before == null ? to.user() == null && settings.moves() : before.equals(to.user());
  }

  // ---------------------------------------------------------------- without a connection

  private void onPublish(SnPeer from, SnMessage.Publish said) {
    if (said.qos() != SnMessage.Publish.QOS_WITHOUT_CONNECTION) {
      toDevice(from, said);
      return;
    }
    TopicName topic =
        said.topic().kind() == SnTopic.Kind.NORMAL
            ? null // an id that is registered belongs to a connection
            : common.name(said.topic());
    if (!settings.withoutConnection()) {
      observer.dropped("", "QoS -1 is not taken");
    } else if (topic == null) {
      observer.dropped("", "QoS -1 to an unknown topic");
    } else if (!anybody()
        .say(
            new Publish(
                false,
                Qos.AT_MOST_ONCE,
                said.retain(),
                topic,
                0,
                Properties.NONE,
                said.payload()))) {
      observer.dropped("", "QoS -1 while the broker is behind");
    }
  }

  private Anybody anybody() {
    Anybody now = anybody;
    if (now == null || now.isOver()) {
      now = new Anybody(shard, observer);
      anybody = now;
      now.open(new Origin("", name, durability, null, settings.user()), speaker);
    }
    return now;
  }

  // ---------------------------------------------------------------- datagrams out

  void send(SnPeer to, SnMessage message) {
    observer.sent(message.type());
    byte[] bytes = SnEncoder.bytes(message);
    if (to instanceof SnPeer.Forwarded behind) {
      SnMessage header = new SnMessage.Encapsulated(0, behind.node(), bytes);
      link.send(behind.forwarder(), SnEncoder.bytes(header));
    } else {
      link.send(to, bytes);
    }
  }

  int sizeMax(SnPeer to) {
    int header = to instanceof SnPeer.Forwarded behind ? 3 + behind.node().length : 0;
    return Math.min(SnEncoder.SIZE_MAX, link.sizeMax() - header);
  }

  // ---------------------------------------------------------------- its devices

  /** The broker has let it in. */
  void served(SnDevice device) {
    named.put(device.clientId(), device);
    away.remove(device.clientId());
  }

  /** It has said something but CONNECT. */
  void spoke(SnDevice device) {
    silent.remove(device);
  }

  /** A device is not spoken to any more; a session that goes on keeps what it has. */
  void gone(SnDevice device) {
    silent.remove(device);
    devices.remove(device.peer(), device);
    if (named.remove(device.clientId(), device) && device.isLasting()) {
      away.put(device.clientId(), device.session());
      if (away.size() > settings.devicesMax()) {
        away.remove(away.keySet().iterator().next());
      }
    }
  }

  /** Lets go of devices where they are not let in any more; they are told. */
  public void end(Predicate<SnPeer> where, String why) {
    for (SnDevice device : List.copyOf(devices.values())) {
      SnPeer at = device.peer() instanceof SnPeer.Forwarded it ? it.forwarder() : device.peer();
      if (where.test(at)) {
        device.lost(why);
        stranger(device.peer());
      }
    }
  }

  /** Devices, and conversations that begin. */
  public int devices() {
    return devices.size();
  }

  Shard shard() {
    return shard;
  }

  SnSettings settings() {
    return settings;
  }

  SnObserver observer() {
    return observer;
  }

  Origin origin(SnPeer peer) {
    String user = peer.user() == null ? settings.user() : peer.user();
    return new Origin(peer.address(), name, durability, peer.certificate(), user);
  }
}
