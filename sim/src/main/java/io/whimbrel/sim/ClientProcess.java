package io.whimbrel.sim;

import io.whimbrel.client.internal.ClientSession;
import io.whimbrel.client.internal.Incoming;
import io.whimbrel.client.internal.Outbound;
import io.whimbrel.client.internal.Outbox;
import io.whimbrel.client.internal.SessionListener;
import io.whimbrel.codec.Auth;
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
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A process with the real session of the client library: it connects again when it loses its
 * connection, it dies, and is started again from what its outbox kept. Owned by the simulation's
 * thread.
 */
final class ClientProcess implements SessionListener {
  static final String FILTER = "t/#";

  final String id;
  private final World world;
  private final SimBroker broker;
  private final ClientLedger ledger;
  private final ProtocolVersion version;
  private final boolean subscribes;
  private final Dice dice;
  private final Dice identifiers;
  private final SimOutbox outbox;
  private ClientSession session;
  private @Nullable Wire wire;
  private int life;
  private boolean everConnected;
  private long tickAt = Long.MAX_VALUE;

  ClientProcess(
      World world,
      SimBroker broker,
      ClientLedger ledger,
      String id,
      ProtocolVersion version,
      boolean subscribes) {
    this.world = world;
    this.broker = broker;
    this.ledger = ledger;
    this.id = id;
    this.version = version;
    this.subscribes = subscribes;
    this.dice = Dice.of(world.seed, "process " + id);
    this.identifiers = Dice.of(world.seed, "packet identifiers of " + id);
    this.outbox = new SimOutbox(world, Dice.of(world.seed, "outbox " + id));
    this.session = begin();
  }

  // ---------------------------------------------------------------- its life

  private ClientSession begin() {
    int mine = life;
    ClientSession made =
        new ClientSession(
            outbox,
            outbox.open(
                new Outbox.Listener() {
                  @Override
                  public void onSafe(long position) {
                    if (mine == life) {
                      session.onSafe(position, world.now());
                      endTurn();
                    }
                  }

                  @Override
                  public void onFailed(String why) {
                    throw new IllegalStateException(why);
                  }
                }),
            1_000,
            new ClientSession.SessionWaits(3_000, 2_000, 20_000),
            identifiers::number,
            this);
    if (subscribes) {
      made.stand(
          new SubscriptionRequest(
              TopicFilter.of(FILTER), Qos.EXACTLY_ONCE, false, false, RetainHandling.SEND),
          Properties.NONE);
    }
    return made;
  }

  /** The process ends without a word, and is started again. */
  void crash() {
    world.note(id + " crashes");
    world.mark("sim: a process of a client crashed");
    life++;
    ledger.crashed(id);
    outbox.crash();
    Wire old = wire;
    wire = null;
    tickAt = Long.MAX_VALUE;
    if (old != null) {
      old.abandon();
    }
    session = begin();
    world.clock.after(dice.between(0, 500), this::connect);
  }

  void connect() {
    if (wire != null) {
      return;
    }
    Wire made = new Wire();
    Link link = broker.connect(id, made);
    if (link == null) {
      world.clock.after(dice.between(10, 300), this::connect);
      return;
    }
    made.link = link;
    wire = made;
    Properties said =
        version.isFive()
            ? Properties.builder()
                .set(PropertyId.SESSION_EXPIRY_INTERVAL, 0xFFFF_FFFFL)
                .set(PropertyId.RECEIVE_MAXIMUM, dice.pick(1, 2, 5, 65_535))
                .set(PropertyId.TOPIC_ALIAS_MAXIMUM, dice.pick(0, 1, 10))
                .build()
            : Properties.NONE;
    session.opened(
        made,
        new Connect(version, false, dice.pick(1, 2, 5), said, id, null, null, null),
        world.now());
    endTurn();
  }

  /** The network breaks, and perhaps one side hears nothing of it. */
  void breakConnection() {
    Wire open = wire;
    if (open != null) {
      boolean half = dice.chance(0.3);
      boolean client = !half || dice.chance(0.5);
      open.link().reset(client, !half || !client);
    }
  }

  void publish(Qos qos, String topic) {
    ClientLedger.Entry entry = ledger.begin(id, topic, qos);
    session.publish(
        new Outbound(
            new Publish(
                false,
                qos,
                false,
                TopicName.of(topic),
                0,
                Properties.NONE,
                entry.name().getBytes(StandardCharsets.UTF_8)),
            ledger.progress(entry)),
        world.now());
    endTurn();
  }

  private void endTurn() {
    session.endTurn();
    if (wire != null) {
      session.onWritten(wire.bytes, world.now());
    }
    long next = session.nextDeadline();
    if (next < tickAt) {
      tickAt = next;
      int mine = life;
      world.clock.at(
          next,
          () -> {
            if (mine == life && tickAt == next) {
              tickAt = Long.MAX_VALUE;
              session.tick(world.now());
              endTurn();
            }
          });
    }
  }

  // ---------------------------------------------------------------- the session

  @Override
  public Outbound.Progress onFound(Outbox.Kept message) {
    return ledger.found(message.message());
  }

  @Override
  public void onConnected(Connack connack) {
    boolean told = version.level() > 3;
    if (told && everConnected && !connack.sessionPresent()) {
      world.broken("a session that is kept is there", id + " has none");
    }
    everConnected = true;
  }

  @Override
  public void onRefused(Connack connack) {
    world.broken("a client is let in", id + ": " + connack.reason());
  }

  @Override
  public void onMessage(Incoming message) {
    ledger.heard(id, message.message());
    int mine = life;
    ClientSession taker = session;
    world.clock.after(
        !world.chaos || dice.chance(0.5) ? 0 : dice.between(0, 200),
        () -> {
          if (mine == life) {
            ledger.handled(id, message.message());
            taker.acknowledge(message, ReasonCode.SUCCESS);
            endTurn();
          }
        });
  }

  @Override
  public void onAuth(Auth auth) {
    world.broken("nobody asked for AUTH", id);
  }

  @Override
  public void onSubscriptionLost(TopicFilter filter, ReasonCode reason) {
    world.broken("a subscription is granted", id + ": " + reason);
  }

  @Override
  public void onClosing(@Nullable ReasonCode reason, String why) {
    world.note(id + " closes: " + why);
    if (why.contains("broke a rule")) {
      world.broken("no correct broker is accused", id + ": " + why);
    }
  }

  private static String told(Packet packet) {
    return packet instanceof Publish publish
        ? packet + " " + new String(publish.payload(), StandardCharsets.UTF_8)
        : packet.toString();
  }

  /** What is still to be done, empty for nothing. */
  String unsettled() {
    if (!session.isConnected()) {
      return id + " is not connected";
    }
    if (session.messages() > 0) {
      return id + " still has " + session.messages() + " messages";
    }
    return session.unacknowledged() > 0 ? id + " has not acknowledged all" : "";
  }

  /** One connection of it. */
  private final class Wire implements io.whimbrel.client.internal.Link, Link.End {
    private final PacketDecoder decoder =
        new PacketDecoder(PacketDecoder.Sender.SERVER, 268_435_460);
    private final ByteWriter out = new ByteWriter(128);
    private @Nullable Link link;
    private long bytes;
    private boolean over;

    Wire() {
      decoder.version(version);
    }

    Link link() {
      Link network = link;
      if (network == null) {
        throw new IllegalStateException("no network yet");
      }
      return network;
    }

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void send(Packet packet) {
      out.truncate(0);
      PacketEncoder.encode(packet, version, out);
      world.note(id + " sends " + told(packet) + " on " + link);
      link().send(out.toByteArray());
      bytes += out.size();
    }

    @Override
    public boolean send(Packet packet, long packetSizeMax) {
      out.truncate(0);
      if (PacketEncoder.encode(packet, version, out) > packetSizeMax) {
        return false;
      }
      send(packet);
      return true;
    }

    @Override
    public long handed() {
      return bytes;
    }

    @Override
    public void close() {
      if (!over) {
        link().closeByClient(true);
        end();
      }
    }

    /** The process is gone; the network may carry what it sent. */
    void abandon() {
      over = true;
      link().closeByClient(dice.chance(0.5));
    }

    @Override
    public void onBytes(byte[] bytes) {
      decoder.offer(bytes, 0, bytes.length);
      try {
        for (Packet next = over ? null : decoder.poll();
            next != null;
            next = over ? null : decoder.poll()) {
          world.note(id + " hears " + told(next) + " on " + link);
          session.onPacket(next, world.now());
        }
      } catch (ProtocolErrorException broken) {
        world.broken("what the broker says can be read", id + ": " + broken.getMessage());
      }
      decoder.keepRest();
      if (wire == this) {
        endTurn();
      }
    }

    @Override
    public void onClosed() {
      if (!over) {
        end();
      }
    }

    private void end() {
      over = true;
      if (wire == this) {
        wire = null;
        session.onClosed();
        int mine = life;
        world.clock.after(
            dice.between(0, 300),
            () -> {
              if (mine == life) {
                connect();
              }
            });
      }
    }
  }
}
