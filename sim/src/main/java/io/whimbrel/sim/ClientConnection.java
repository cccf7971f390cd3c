package io.whimbrel.sim;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.codec.Unsubscribe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One network connection as its client sees it: the wire both ways, and the laws of the wire. What
 * packets mean for the session is for its {@link Mind}. Owned by the simulation's thread.
 */
final class ClientConnection implements Link.End {
  /** Who thinks about what comes. */
  interface Mind {
    void onConnack(ClientConnection connection, Connack connack);

    /** A PUBLISH; gives its acknowledgement, or null for none. */
    @Nullable Packet onPublish(ClientConnection connection, Publish publish, TopicName topic);

    /** PUBACK, PUBREC, PUBREL, PUBCOMP. */
    void onAcknowledgement(ClientConnection connection, Packet packet);

    void onSuback(ClientConnection connection, Suback suback);

    void onUnsuback(ClientConnection connection, Unsuback unsuback);

    void onClosed(ClientConnection connection);
  }

  final Profile profile;
  final long began;
  private final World world;
  private final Mind mind;
  private final PacketDecoder decoder;
  private final ByteWriter out = new ByteWriter(128);
  private final Map<Integer, TopicName> aliasesIn = new HashMap<>();
  private final Map<String, Integer> aliasesOut = new HashMap<>();
  private final ArrayDeque<String> awaited = new ArrayDeque<>();
  private final ArrayDeque<Packet> owed = new ArrayDeque<>();
  private final Set<Integer> unacknowledged = new HashSet<>();
  private @Nullable Link link;

  /** Whether CONNACK came with success. */
  boolean established;

  /** When it came. */
  long answeredAt = Long.MAX_VALUE;

  /** Whether the client has let go of it: nothing that comes is heard. */
  boolean abandoned;

  int receiveMaximum = 65_535;
  int aliasMaximum;
  long packetSizeMax = Long.MAX_VALUE;
  long heardAt;

  ClientConnection(World world, Profile profile, Mind mind) {
    this.world = world;
    this.profile = profile;
    this.mind = mind;
    this.began = world.now();
    this.heardAt = began;
    this.decoder =
        new PacketDecoder(
            PacketDecoder.Sender.SERVER,
            profile.isFive() && profile.packetSizeMax() > 0
                ? profile.packetSizeMax()
                : 268_435_460);
    decoder.version(profile.version());
  }

  void over(Link network) {
    link = network;
  }

  Link link() {
    Link network = link;
    if (network == null) {
      throw new IllegalStateException("no network yet");
    }
    return network;
  }

  // ---------------------------------------------------------------- sending

  void send(Packet packet) {
    out.truncate(0);
    PacketEncoder.encode(packet, profile.version(), out);
    world.note(profile.id() + " sends " + told(packet) + " on " + link);
    link().send(out.toByteArray());
    String answer =
        switch (packet.type()) {
          case PUBLISH -> {
            Publish publish = (Publish) packet;
            yield publish.qos() == Qos.AT_MOST_ONCE
                ? null
                : (publish.qos() == Qos.AT_LEAST_ONCE ? "PUBACK " : "PUBREC ") + publish.packetId();
          }
          case PUBREL -> "PUBCOMP " + ((Pubrel) packet).packetId();
          case SUBSCRIBE -> "SUBACK " + ((Subscribe) packet).packetId();
          case UNSUBSCRIBE -> "UNSUBACK " + ((Unsubscribe) packet).packetId();
          default -> null;
        };
    if (answer != null) {
      awaited.add(answer);
    }
  }

  private static String told(Packet packet) {
    if (packet instanceof Publish publish) {
      String payload = new String(publish.payload(), StandardCharsets.UTF_8);
      return packet + " " + payload.split(" ", 2)[0];
    }
    return packet.toString();
  }

  /** Sends a PUBLISH, by a Topic Alias where there may be one. */
  void publish(Publish publish, boolean byAlias) {
    String topic = publish.topic().toString();
    Integer known = aliasesOut.get(topic);
    if (known == null && (aliasesOut.size() >= aliasMaximum || !byAlias)) {
      send(publish);
      return;
    }
    int alias = known == null ? aliasesOut.size() + 1 : known;
    aliasesOut.put(topic, alias);
    Properties.Builder properties = Properties.builder().set(PropertyId.TOPIC_ALIAS, alias);
    long expiry = publish.properties().number(PropertyId.MESSAGE_EXPIRY_INTERVAL, -1);
    if (expiry >= 0) {
      properties.set(PropertyId.MESSAGE_EXPIRY_INTERVAL, expiry);
    }
    send(
        new Publish(
            publish.dup(),
            publish.qos(),
            publish.retain(),
            known == null ? publish.topic() : TopicName.NONE,
            publish.packetId(),
            properties.build(),
            publish.payload()));
  }

  /** Sends acknowledgements that wait, in their order. */
  void acknowledge(int most) {
    for (int i = 0; i < most && !owed.isEmpty() && !abandoned; i++) {
      Packet packet = owed.remove();
      int done =
          switch (packet.type()) {
            case PUBACK -> ((Puback) packet).packetId();
            case PUBCOMP -> ((Pubcomp) packet).packetId();
            case PUBREC -> ((Pubrec) packet).reason().isError() ? ((Pubrec) packet).packetId() : 0;
            default -> 0;
          };
      unacknowledged.remove(done);
      send(packet);
    }
  }

  boolean owesNothing() {
    return owed.isEmpty();
  }

  boolean awaitsNothing() {
    return awaited.isEmpty();
  }

  String awaited() {
    return awaited.toString();
  }

  // ---------------------------------------------------------------- hearing

  @Override
  public void onBytes(byte[] bytes) {
    if (abandoned) {
      return;
    }
    decoder.offer(bytes, 0, bytes.length);
    try {
      for (Packet packet = decoder.poll(); packet != null; packet = decoder.poll()) {
        if (abandoned) {
          return;
        }
        heardAt = world.now();
        world.note(profile.id() + " hears " + told(packet) + " on " + link);
        hear(packet);
      }
    } catch (ProtocolErrorException e) {
      world.broken(
          "the broker speaks MQTT", profile.id() + ": " + e.clause() + " " + e.explanation());
    }
  }

  private void hear(Packet packet) {
    switch (packet.type()) {
      case CONNACK -> onConnack((Connack) packet);
      case PUBLISH -> onPublish((Publish) packet);
      case PUBACK -> answered(packet, "PUBACK " + ((Puback) packet).packetId());
      case PUBREC -> answered(packet, "PUBREC " + ((Pubrec) packet).packetId());
      case PUBCOMP -> answered(packet, "PUBCOMP " + ((Pubcomp) packet).packetId());
      case PUBREL -> mind.onAcknowledgement(this, packet);
      case SUBACK -> {
        expect("SUBACK " + ((Suback) packet).packetId());
        mind.onSuback(this, (Suback) packet);
      }
      case UNSUBACK -> {
        expect("UNSUBACK " + ((Unsuback) packet).packetId());
        mind.onUnsuback(this, (Unsuback) packet);
      }
      case PINGRESP -> {}
      case DISCONNECT -> world.mark("sim: DISCONNECT " + ((Disconnect) packet).reason());
      default -> world.broken("the broker speaks MQTT", "unexpected " + packet);
    }
  }

  private void onConnack(Connack connack) {
    if (established) {
      world.broken("the broker speaks MQTT", "a second CONNACK for " + profile.id());
    }
    established = !connack.reason().isError();
    Properties told = connack.properties();
    receiveMaximum = (int) told.number(PropertyId.RECEIVE_MAXIMUM, 65_535);
    aliasMaximum = (int) told.number(PropertyId.TOPIC_ALIAS_MAXIMUM, 0);
    packetSizeMax = told.number(PropertyId.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE);
    answeredAt = world.now();
    mind.onConnack(this, connack);
  }

  private void answered(Packet packet, String what) {
    expect(what);
    mind.onAcknowledgement(this, packet);
  }

  /** Acknowledgements come in the order of what they answer, kind by kind. */
  private void expect(String answer) {
    String kind = answer.substring(0, answer.indexOf(' '));
    String first = null;
    for (String waits : awaited) {
      if (waits.startsWith(kind + " ")) {
        first = waits;
        break;
      }
    }
    if (!answer.equals(first)) {
      world.broken(
          "acknowledgements come in order",
          profile.id() + " got " + answer + ", next was " + first);
    } else {
      awaited.remove(first);
    }
  }

  private void onPublish(Publish publish) {
    if (!established) {
      world.broken("CONNACK is first", profile.id() + " got " + publish);
    }
    TopicName topic = resolve(publish);
    int id = publish.packetId();
    if (publish.qos() != Qos.AT_MOST_ONCE) {
      if (!unacknowledged.add(id)) {
        world.broken(
            "a packet identifier is used once at a time", profile.id() + " got " + publish);
      }
      if (profile.isFive() && unacknowledged.size() > profile.receiveMaximum()) {
        world.broken(
            "Receive Maximum", profile.id() + " has " + unacknowledged.size() + " unacknowledged");
      }
    }
    Packet answer = mind.onPublish(this, publish, topic);
    if (answer != null) {
      owed.add(answer);
    }
  }

  private TopicName resolve(Publish publish) {
    int alias = (int) publish.properties().number(PropertyId.TOPIC_ALIAS, 0);
    if (alias == 0) {
      return publish.topic();
    }
    if (alias > profile.aliasMaximum()) {
      world.broken("Topic Alias Maximum", profile.id() + " got " + publish);
    }
    if (!publish.topic().isNone()) {
      aliasesIn.put(alias, publish.topic());
      return publish.topic();
    }
    TopicName known = aliasesIn.get(alias);
    if (known == null) {
      world.broken("a topic alias is told first", profile.id() + " got " + publish);
      return TopicName.of("unknown");
    }
    return known;
  }

  /** PUBREL came: PUBCOMP is owed. */
  void owe(Packet packet) {
    owed.add(packet);
  }

  @Override
  public void onClosed() {
    if (!abandoned) {
      abandoned = true;
      mind.onClosed(this);
    }
  }

  /** What its client asked and heard no answer to. */
  List<String> open() {
    return List.copyOf(awaited);
  }
}
