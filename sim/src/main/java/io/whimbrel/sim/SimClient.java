package io.whimbrel.sim;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.codec.Unsubscribe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A correct MQTT client: keeps its session state, sends again what the specification says, in
 * order, and never more than the broker takes. What it wants is for {@link Whim} to say. Owned by
 * the simulation's thread.
 */
final class SimClient implements ClientConnection.Mind {
  final Profile profile;
  private final World world;
  private final SimBroker broker;
  private final Ledger ledger;
  private final Presence presence;
  private final WillLaw wills;
  private final Dice dice;
  private final Map<Integer, Request> requests = new HashMap<>();
  private ClientSession session;
  private @Nullable ClientConnection connection;
  private int lives;

  /** A SUBSCRIBE or UNSUBSCRIBE without answer yet. */
  private record Request(boolean subscribes, List<Life.Sub> subs) {}

  SimClient(
      World world,
      Profile profile,
      SimBroker broker,
      Ledger ledger,
      Presence presence,
      WillLaw wills) {
    this.world = world;
    this.profile = profile;
    this.broker = broker;
    this.ledger = ledger;
    this.presence = presence;
    this.wills = wills;
    this.dice = Dice.of(world.seed, "client " + profile.id());
    this.session = new ClientSession(ledger.begin(profile.id(), ++lives));
  }

  // ---------------------------------------------------------------- connections

  @Nullable ClientConnection connection() {
    return connection;
  }

  boolean isConnected() {
    ClientConnection now = connection;
    return now != null && now.established && !now.abandoned;
  }

  /** A connection was handed over to the network; its CONNECT is for the caller to send. */
  @Nullable ClientConnection open(boolean cleanStart) {
    ClientConnection made = new ClientConnection(world, profile, this);
    Link link = broker.connect(profile.id(), made);
    if (link == null) {
      return null;
    }
    made.over(link);
    requests.clear();
    connection = made;
    if (cleanStart) {
      session.life.doubtful = true;
      session.out.clear();
      session.received.clear();
    }
    return made;
  }

  /** Lets go of the connection without a word to the network. */
  void abandon() {
    ClientConnection now = connection;
    if (now != null) {
      now.abandoned = true;
      connection = null;
      requests.clear();
    }
  }

  @Override
  public void onClosed(ClientConnection closed) {
    if (closed == connection) {
      connection = null;
      requests.clear();
    }
  }

  @Override
  public void onConnack(ClientConnection from, Connack connack) {
    if (connack.reason().isError()) {
      world.mark("sim: CONNECT refused");
      abandon();
      from.link().closeByClient(false);
      return;
    }
    boolean present = connack.sessionPresent();
    if (profile.version().level() == 3) {
      present = presence.isLikely(); // 3.1 is not told
    } else {
      presence.check(from, present);
    }
    boolean ambiguous = present && presence.isAmbiguous();
    presence.established();
    if (ambiguous) {
      world.mark("sim: a client no longer knows which session it has");
      session.life.doubtful = true; // it asks for a clean start
      abandon();
      from.link().closeByClient(true);
      return;
    }
    if (!present) {
      ledger.end(session.life);
      session = new ClientSession(ledger.begin(profile.id(), ++lives));
    } else {
      session.life.doubtful = false;
    }
    session.life.lasting = presence.isLasting();
    for (Map.Entry<Integer, ClientSession.Out> each : session.out.entrySet()) {
      sendAgain(from, each.getKey(), each.getValue());
    }
  }

  private void sendAgain(ClientConnection to, int id, ClientSession.Out out) {
    if (out.released) {
      to.send(new Pubrel(id, ReasonCode.SUCCESS));
    } else {
      ledger.sent(out.message);
      to.publish(publish(out.message, id, out.payload, true), false);
    }
  }

  // ---------------------------------------------------------------- publishing

  /** Publishes, where the broker takes one more now; false where not. */
  boolean publish(Message message, byte[] payload, boolean byAlias) {
    ClientConnection to = connection;
    if (to == null || !isConnected()) {
      return false;
    }
    int id = 0;
    if (message.qos > 0) {
      id = freeId();
      if (id == 0 || session.out.size() >= Math.min(to.receiveMaximum, 20)) {
        return false;
      }
      session.out.put(id, new ClientSession.Out(message, payload));
    }
    ledger.sent(message);
    to.publish(publish(message, id, payload, false), byAlias);
    return true;
  }

  private static Publish publish(Message message, int id, byte[] payload, boolean dup) {
    Properties properties =
        message.expirySeconds < 0
            ? Properties.NONE
            : Properties.builder()
                .set(PropertyId.MESSAGE_EXPIRY_INTERVAL, message.expirySeconds)
                .build();
    return new Publish(
        dup,
        Qos.of(message.qos),
        message.retain,
        TopicName.of(message.topic),
        id,
        properties,
        payload);
  }

  private int freeId() {
    return session.nextId(world.swarm.clientIdsMax(), requests.keySet());
  }

  @Override
  public void onAcknowledgement(ClientConnection from, Packet packet) {
    switch (packet.type()) {
      case PUBACK -> {
        Puback ack = (Puback) packet;
        ClientSession.Out out = session.out.remove(ack.packetId());
        taken(out, ack.reason());
      }
      case PUBREC -> {
        Pubrec ack = (Pubrec) packet;
        ClientSession.Out out = session.out.get(ack.packetId());
        taken(out, ack.reason());
        if (ack.reason().isError()) {
          session.out.remove(ack.packetId());
        } else if (out != null && !out.released) {
          out.released = true;
          from.send(new Pubrel(ack.packetId(), ReasonCode.SUCCESS));
        }
      }
      case PUBCOMP -> {
        Pubcomp ack = (Pubcomp) packet;
        session.out.remove(ack.packetId());
      }
      case PUBREL -> {
        int id = ((Pubrel) packet).packetId();
        boolean known = session.received.remove(id) != null;
        ReasonCode told =
            known || !profile.isFive()
                ? ReasonCode.SUCCESS
                : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        from.owe(new Pubcomp(id, told));
      }
      default -> throw new IllegalStateException("no acknowledgement: " + packet);
    }
  }

  private void taken(ClientSession.@Nullable Out out, ReasonCode reason) {
    if (out == null) {
      world.broken("acknowledgements answer something", profile.id() + " got " + reason);
    } else if (reason.isError()) {
      out.message.refused = true;
      world.mark("sim: PUBLISH refused");
    } else {
      ledger.acknowledged(out.message, reason == ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }
  }

  // ---------------------------------------------------------------- subscribing

  void subscribe(List<SubscriptionRequest> wanted, int id) {
    ClientConnection to = connection;
    int packetId = freeId();
    if (to == null || packetId == 0) {
      return;
    }
    List<Life.Sub> subs = new ArrayList<>();
    for (SubscriptionRequest request : wanted) {
      Life.Sub sub =
          new Life.Sub(
              request.filter().toString(),
              request.qos().number(),
              id,
              request.noLocal(),
              request.retainAsPublished(),
              world.now());
      for (Life.Sub old : session.life.subs) {
        if (old.filter.equals(sub.filter) && old.changingAt < 0) {
          old.changingAt = world.now();
        }
      }
      subs.add(sub);
    }
    session.life.subs.addAll(subs);
    requests.put(packetId, new Request(true, subs));
    Properties properties =
        id == 0 ? Properties.NONE : Properties.builder().subscriptionIdentifier(id).build();
    to.send(new Subscribe(packetId, properties, wanted));
  }

  SubscriptionRequest request(
      String filter, int qos, boolean noLocal, boolean asPublished, int rh) {
    boolean five = profile.isFive();
    return new SubscriptionRequest(
        TopicFilter.of(filter),
        Qos.of(qos),
        five && noLocal && !Filters.isShared(filter),
        five && asPublished,
        five ? RetainHandling.values()[rh] : RetainHandling.SEND);
  }

  @Override
  public void onSuback(ClientConnection from, Suback suback) {
    Request request = requests.remove(suback.packetId());
    if (request == null || request.subs.size() != suback.reasons().size()) {
      world.broken("SUBACK answers each filter", profile.id() + " got " + suback);
      return;
    }
    for (int i = 0; i < request.subs.size(); i++) {
      Life.Sub sub = request.subs.get(i);
      if (suback.reasons().get(i).isError()) {
        sub.goneAt = sub.sentAt;
        world.mark("sim: SUBSCRIBE refused");
        continue;
      }
      sub.ackedAt = world.now();
      for (Life.Sub old : session.life.subs) {
        if (old == sub) {
          break;
        }
        if (old.filter.equals(sub.filter) && old.goneAt < 0) {
          old.goneAt = world.now(); // replaced
        }
      }
    }
  }

  void unsubscribe(String filter) {
    ClientConnection to = connection;
    int packetId = freeId();
    if (to == null || packetId == 0) {
      return;
    }
    List<Life.Sub> subs = new ArrayList<>();
    for (Life.Sub sub : session.life.subs) {
      if (sub.filter.equals(filter) && sub.goneAt < 0) {
        sub.changingAt = sub.changingAt < 0 ? world.now() : sub.changingAt;
        subs.add(sub);
      }
    }
    requests.put(packetId, new Request(false, subs));
    to.send(new Unsubscribe(packetId, Properties.NONE, List.of(TopicFilter.of(filter))));
  }

  @Override
  public void onUnsuback(ClientConnection from, Unsuback unsuback) {
    Request request = requests.remove(unsuback.packetId());
    if (request == null) {
      world.broken("UNSUBACK answers something", profile.id() + " got " + unsuback);
      return;
    }
    request.subs.forEach(sub -> sub.goneAt = world.now());
  }

  // ---------------------------------------------------------------- being sent messages

  @Override
  public @Nullable Packet onPublish(ClientConnection from, Publish publish, TopicName topic) {
    int id = publish.packetId();
    String payload = new String(publish.payload(), StandardCharsets.UTF_8);
    String key = payload.contains(" ") ? payload.substring(0, payload.indexOf(' ')) : payload;
    boolean fresh = true;
    if (publish.qos() == Qos.EXACTLY_ONCE) {
      fresh = checkReceived(id, key, publish);
    }
    boolean refuses = fresh && profile.isFive() && dice.chance(profile.errorChance());
    if (!key.isEmpty()) {
      boolean crashed = broker.crashedSince(firstReceived(key));
      Ledger.Receipt receipt =
          new Ledger.Receipt(
              topic.toString(),
              key,
              publish.qos().number(),
              publish.dup(),
              publish.retain(),
              publish.properties().subscriptionIdentifiers(),
              publish.properties().number(PropertyId.MESSAGE_EXPIRY_INTERVAL, -1),
              fresh,
              refuses,
              profile.isFive());
      Message message = ledger.received(session.life, receipt, crashed);
      if (message != null) {
        firsts.putIfAbsent(key, world.now());
        if (publish.dup() && !message.will && message.sentAt > from.answeredAt) {
          world.broken(
              "what is sent once does not claim to be a repetition",
              profile.id() + " got " + message + ", published after CONNACK, with DUP");
        }
        if (message.will && fresh && !publish.dup()) {
          wills.published(message);
        }
      }
    }
    ReasonCode reason = refuses ? ReasonCode.UNSPECIFIED_ERROR : ReasonCode.SUCCESS;
    return switch (publish.qos()) {
      case AT_MOST_ONCE -> null;
      case AT_LEAST_ONCE -> new Puback(id, reason);
      case EXACTLY_ONCE -> {
        if (!refuses) {
          session.received.put(id, key);
        }
        yield new Pubrec(id, reason);
      }
    };
  }

  private final Map<String, Long> firsts = new HashMap<>();

  private long firstReceived(String key) {
    return firsts.getOrDefault(key, Long.MAX_VALUE);
  }

  private boolean checkReceived(int id, String key, Publish publish) {
    String known = session.received.get(id);
    if (known == null) {
      return true;
    }
    if (!known.equals(key)) {
      world.broken(
          "a packet identifier is used once at a time",
          profile.id() + " got " + key + " by " + id + " of " + known);
    } else if (!publish.dup()) {
      world.broken("what is sent again says so", profile.id() + " got " + key + " without DUP");
    }
    return false;
  }

  // ---------------------------------------------------------------- to look at

  Life life() {
    return session.life;
  }

  Set<Integer> outgoing() {
    return session.out.keySet();
  }

  /** What it waits for, empty for nothing. */
  String unsettled() {
    ClientConnection now = connection;
    if (now == null || !isConnected()) {
      return profile.id() + " is not connected";
    }
    if (!session.out.isEmpty()) {
      return profile.id() + " has messages without answer: " + session.out.keySet();
    }
    if (!requests.isEmpty() || !now.awaitsNothing()) {
      return profile.id() + " has requests without answer: " + now.awaited();
    }
    if (!now.owesNothing()) {
      return profile.id() + " owes acknowledgements";
    }
    return "";
  }
}
