package io.whimbrel.sim;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client of MQTT 5 beside the devices: it hears all that is said, once, and speaks to them. Its
 * session goes on over broken connections and dead brokers. Owned by the simulation's thread.
 */
final class SnWitness {
  static final String ID = "witness";

  private static final int SUBSCRIBE_ID = 65_535;

  private final World world;
  private final SimBroker broker;
  private final SnLedger ledger;
  private final Dice dice;
  private final Life life;
  private final Life.Sub all;
  private final Map<Integer, Out> out = new LinkedHashMap<>();
  private final Set<Integer> received = new HashSet<>();
  private @Nullable Wire wire;
  private int lastId;

  private static final class Out {
    private final Message message;
    private boolean released;

    private Out(Message message) {
      this.message = message;
    }
  }

  SnWitness(World world, SimBroker broker, SnLedger ledger) {
    this.world = world;
    this.broker = broker;
    this.ledger = ledger;
    this.dice = Dice.of(world.seed, ID);
    this.life = ledger.begin(ID);
    this.all = new Life.Sub("#", 2, 0, false, false, world.now());
    life.subs.add(all);
  }

  void connect() {
    Wire made = new Wire();
    Link link = broker.connect(ID, made);
    if (link == null) {
      world.clock.after(dice.between(10, 300), this::connect);
      return;
    }
    made.link = link;
    wire = made;
    Properties lasting =
        Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 0xFFFF_FFFFL).build();
    made.send(new Connect(ProtocolVersion.MQTT_5, false, 0, lasting, ID, null, null, null));
  }

  /** The network breaks. */
  void breakConnection() {
    Wire open = wire;
    if (open != null) {
      open.link().reset(true, true);
    }
  }

  void publish() {
    if (out.size() > 10 || lastId > 60_000) {
      return;
    }
    Message message = ledger.begin(ID, dice.pick(DeviceTraits.TOPICS), dice.pick(0, 1, 1, 2, 2));
    Wire open = wire;
    boolean connected = open != null && open.established;
    int id = message.qos == 0 ? 0 : ++lastId;
    if (id > 0) {
      out.put(id, new Out(message));
    }
    message.sent(world.now());
    if (open != null && connected) {
      open.send(publish(message, id, false));
    }
  }

  private static Publish publish(Message message, int id, boolean dup) {
    return new Publish(
        dup,
        Qos.of(message.qos),
        false,
        TopicName.of(message.topic),
        id,
        Properties.NONE,
        Texts.octets(message.key));
  }

  private void onConnack(Wire from, Connack connack) {
    if (connack.reason().isError() || connack.sessionPresent() != (all.ackedAt >= 0)) {
      world.broken("the witness is let in", connack.toString());
    }
    from.established = true;
    if (all.ackedAt < 0) {
      from.send(
          new Subscribe(
              SUBSCRIBE_ID,
              Properties.NONE,
              List.of(
                  new SubscriptionRequest(
                      TopicFilter.of("#"), Qos.EXACTLY_ONCE, false, false, RetainHandling.SEND))));
    }
    out.forEach((id, each) -> sendAgain(from, id, each));
  }

  private void sendAgain(Wire to, int id, Out each) {
    if (each.released) {
      to.send(new Pubrel(id, ReasonCode.SUCCESS));
    } else {
      each.message.sent(world.now());
      to.send(publish(each.message, id, true));
    }
  }

  private void onSuback(Suback suback) {
    if (suback.reasons().get(0).isError()) {
      world.broken("the witness hears all", suback.toString());
    }
    all.ackedAt = world.now();
  }

  /** Whether it hears all. */
  boolean isThere() {
    return all.ackedAt >= 0;
  }

  private void hear(Wire from, Packet packet) {
    switch (packet.type()) {
      case CONNACK -> onConnack(from, (Connack) packet);
      case SUBACK -> onSuback((Suback) packet);
      case PUBACK -> {
        Out done = out.remove(((Puback) packet).packetId());
        if (done != null) {
          ledger.acknowledged(done.message);
        }
      }
      case PUBREC -> {
        int id = ((Pubrec) packet).packetId();
        Out taken = out.get(id);
        if (taken != null) {
          ledger.acknowledged(taken.message);
          taken.released = true;
          from.send(new Pubrel(id, ReasonCode.SUCCESS));
        }
      }
      case PUBCOMP -> out.remove(((Pubcomp) packet).packetId());
      case PUBREL -> {
        int id = ((Pubrel) packet).packetId();
        received.remove(id);
        from.send(new Pubcomp(id, ReasonCode.SUCCESS));
      }
      case PUBLISH -> onPublish(from, (Publish) packet);
      default -> world.note(ID + " hears " + packet);
    }
  }

  private void onPublish(Wire from, Publish said) {
    int id = said.packetId();
    boolean fresh = said.qos() != Qos.EXACTLY_ONCE || received.add(id);
    ledger.received(
        ID, true, said.topic().toString(), Texts.of(said.payload()), said.qos().number(), fresh);
    switch (said.qos()) {
      case AT_MOST_ONCE -> {}
      case AT_LEAST_ONCE -> from.send(new Puback(id, ReasonCode.SUCCESS));
      case EXACTLY_ONCE -> from.send(new Pubrec(id, ReasonCode.SUCCESS));
    }
  }

  /** What it waits for, empty for nothing. */
  String unsettled() {
    Wire open = wire;
    if (open == null || !open.established) {
      return ID + " is not connected";
    }
    return out.isEmpty() ? "" : ID + " has messages without answer: " + out.keySet();
  }

  /** One connection of it. */
  private final class Wire implements Link.End {
    private final PacketDecoder decoder =
        new PacketDecoder(PacketDecoder.Sender.SERVER, 268_435_460);
    private final ByteWriter writer = new ByteWriter(128);
    private @Nullable Link link;
    private boolean established;

    Wire() {
      decoder.version(ProtocolVersion.MQTT_5);
    }

    Link link() {
      Link network = link;
      if (network == null) {
        throw new IllegalStateException("no network yet");
      }
      return network;
    }

    void send(Packet packet) {
      writer.truncate(0);
      PacketEncoder.encode(packet, ProtocolVersion.MQTT_5, writer);
      link().send(writer.toByteArray());
    }

    @Override
    public void onBytes(byte[] bytes) {
      decoder.offer(bytes, 0, bytes.length);
      try {
        for (Packet next = decoder.poll(); next != null && wire == this; next = decoder.poll()) {
          hear(this, next);
        }
      } catch (ProtocolErrorException broken) {
        world.broken("what the broker says can be read", ID + ": " + broken.getMessage());
      }
      decoder.keepRest();
    }

    @Override
    public void onClosed() {
      if (wire == this) {
        wire = null;
        world.clock.after(dice.between(0, 300), SnWitness.this::connect);
      }
    }
  }
}
