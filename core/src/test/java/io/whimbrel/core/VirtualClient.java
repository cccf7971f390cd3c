package io.whimbrel.core;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
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
import io.whimbrel.codec.Unsubscribe;
import io.whimbrel.codec.Will;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.ConnectionOutput;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One network connection to a {@link VirtualBroker}: says packets or bytes, hears packets. Nothing
 * is acknowledged by itself.
 */
public final class VirtualClient implements ConnectionOutput {
  private final VirtualBroker broker;
  private final int shard;
  private final ByteWriter out = new ByteWriter(64);
  private final ArrayDeque<byte[]> written = new ArrayDeque<>();
  private final PacketDecoder decoder = new PacketDecoder(PacketDecoder.Sender.SERVER, 268_435_460);
  private final ArrayDeque<Packet> heard = new ArrayDeque<>();
  private Connection connection;
  private ProtocolVersion version = ProtocolVersion.MQTT_5;
  private boolean closedByBroker;
  private boolean gone;
  private boolean deaf;
  private boolean readingPaused;
  private long unfinishedSince;

  VirtualClient(VirtualBroker broker, int shard, DurabilityLevel level) {
    this(broker, shard, level, broker.now());
  }

  /** One that was accepted some time ago. */
  VirtualClient(VirtualBroker broker, int shard, DurabilityLevel level, long acceptedMillis) {
    this.broker = broker;
    this.shard = shard;
    Connection[] opened = new Connection[1];
    broker.turn(
        shard,
        () ->
            opened[0] =
                broker
                    .broker()
                    .shards()
                    .get(shard)
                    .open(this, new Origin("test", "tcp", level), acceptedMillis));
    connection = opened[0];
  }

  // ---------------------------------------------------------------- output of the broker

  @Override
  public ByteWriter writer() {
    return out;
  }

  @Override
  public void writeShared(byte[] bytes) {
    out.putBytes(bytes, 0, bytes.length);
  }

  @Override
  public long pendingBytes() {
    return deaf ? out.size() : 0;
  }

  @Override
  public void pauseReading() {
    readingPaused = true;
  }

  @Override
  public void resumeReading() {
    readingPaused = false;
  }

  @Override
  public void close() {
    closedByBroker = true;
  }

  @Override
  public void unfinished(int bytes, long sinceMillis) {
    unfinishedSince = sinceMillis;
  }

  /** When its last packet was handled, as was told with the last bytes that wait. */
  public long unfinishedSince() {
    return unfinishedSince;
  }

  /** Reads nothing any more, so that output piles up in the broker. */
  public void stopReading() {
    deaf = true;
  }

  /** Reads again all that piled up. */
  public void readAgain() {
    deaf = false;
    listen();
    broker.turn(shard, connection::onWritable);
    broker.run();
  }

  private void listen() {
    if (deaf) {
      return;
    }
    byte[] bytes = out.toByteArray();
    out.truncate(0);
    written.add(bytes);
    decoder.version(version);
    decoder.offer(bytes, 0, bytes.length);
    for (Packet packet = decoder.poll(); packet != null; packet = decoder.poll()) {
      heard.add(packet);
    }
  }

  // ---------------------------------------------------------------- saying

  /** Says packets, all at once, and lets the broker come to rest. */
  public VirtualClient say(Packet... packets) {
    ByteWriter bytes = new ByteWriter(256);
    for (Packet packet : packets) {
      if (packet instanceof Connect connect) {
        version = connect.version();
      }
      PacketEncoder.encode(packet, version, bytes);
    }
    return sayBytes(bytes.toByteArray());
  }

  /** Says packets within one turn, whose letters to others are not read yet. */
  public void sayInOneTurn(Packet... packets) {
    ByteWriter said = new ByteWriter(256);
    for (Packet packet : packets) {
      PacketEncoder.encode(packet, version, said);
    }
    byte[] bytes = said.toByteArray();
    broker.turn(shard, () -> connection.onBytes(bytes, 0, bytes.length));
  }

  /** Says bytes as they are. */
  public VirtualClient sayBytes(byte[] bytes) {
    broker.turn(shard, () -> connection.onBytes(bytes, 0, bytes.length));
    broker.run();
    return this;
  }

  /** From now on packets are written and read in this version. */
  public VirtualClient speaking(ProtocolVersion spoken) {
    version = spoken;
    return this;
  }

  /** Connects with 5.0. */
  public Connack connect(String clientId, boolean cleanStart, long expirySeconds) {
    say(connectPacket(clientId, cleanStart, expirySeconds, null));
    return hear(Connack.class);
  }

  /** Connects with 3.1.1. */
  public Connack connect311(String clientId, boolean cleanSession) {
    say(
        new Connect(
            ProtocolVersion.MQTT_3_1_1,
            cleanSession,
            0,
            Properties.NONE,
            clientId,
            null,
            null,
            null));
    return hear(Connack.class);
  }

  /** A CONNECT of 5.0. */
  public static Connect connectPacket(
      String clientId, boolean cleanStart, long expirySeconds, @Nullable Will will) {
    Properties properties =
        expirySeconds == 0
            ? Properties.NONE
            : Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, expirySeconds).build();
    return new Connect(
        ProtocolVersion.MQTT_5, cleanStart, 0, properties, clientId, will, null, null);
  }

  /** Connects as worded. */
  public Connack connect(VirtualConnect connect) {
    say(connect.packet());
    return hear(Connack.class);
  }

  /** Subscribes to filters with one QoS. */
  public Suback subscribe(Qos qos, String... filters) {
    List<SubscriptionRequest> requests = new ArrayList<>();
    for (String filter : filters) {
      requests.add(
          new SubscriptionRequest(TopicFilter.of(filter), qos, false, false, RetainHandling.SEND));
    }
    say(new Subscribe(77, Properties.NONE, requests));
    return hear(Suback.class);
  }

  /** Unsubscribes from one filter. */
  public VirtualClient unsubscribe(String filter) {
    return say(new Unsubscribe(78, Properties.NONE, List.of(TopicFilter.of(filter))));
  }

  /** A PUBLISH without properties. */
  public static Publish message(String topic, Qos qos, int packetId, String payload) {
    return new Publish(
        false,
        qos,
        false,
        TopicName.of(topic),
        packetId,
        Properties.NONE,
        payload.getBytes(StandardCharsets.UTF_8));
  }

  /** A PUBLISH with properties. */
  public static Publish message(
      String topic, Qos qos, int packetId, String payload, Consumer<Properties.Builder> add) {
    Properties.Builder properties = Properties.builder();
    add.accept(properties);
    Publish p = message(topic, qos, packetId, payload);
    return new Publish(false, qos, false, p.topic(), packetId, properties.build(), p.payload());
  }

  /** The same PUBLISH once more, with DUP. */
  public static Publish again(Publish p) {
    return new Publish(
        true, p.qos(), p.retain(), p.topic(), p.packetId(), p.properties(), p.payload());
  }

  /** A PUBLISH with RETAIN. */
  public static Publish retained(String topic, Qos qos, int packetId, String payload) {
    Publish p = message(topic, qos, packetId, payload);
    return new Publish(false, qos, true, p.topic(), packetId, p.properties(), p.payload());
  }

  /** Publishes and lets the broker come to rest. */
  public VirtualClient publish(String topic, Qos qos, int packetId, String payload) {
    return say(message(topic, qos, packetId, payload));
  }

  /** PUBACK. */
  public VirtualClient puback(int packetId) {
    return say(new Puback(packetId, ReasonCode.SUCCESS));
  }

  /** PUBREC. */
  public VirtualClient pubrec(int packetId) {
    return say(new Pubrec(packetId, ReasonCode.SUCCESS));
  }

  /** PUBREL. */
  public VirtualClient pubrel(int packetId) {
    return say(new Pubrel(packetId, ReasonCode.SUCCESS));
  }

  /** PUBCOMP. */
  public VirtualClient pubcomp(int packetId) {
    return say(new Pubcomp(packetId, ReasonCode.SUCCESS));
  }

  /** Says goodbye and is gone. */
  public void disconnect() {
    say(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
    vanish();
  }

  /** Says packets, and the network connection ends before the broker's next turn. */
  public void sayAndVanish(Packet... packets) {
    sayInOneTurn(packets);
    vanish();
  }

  /** The network connection breaks. */
  public void vanish() {
    if (!gone) {
      gone = true;
      broker.turn(shard, () -> broker.broker().shards().get(shard).closed(connection));
      broker.run();
    }
  }

  // ---------------------------------------------------------------- hearing

  /** The next packet, which has to be of this kind. */
  public <T extends Packet> T hear(Class<T> kind) {
    listen();
    Packet packet = heard.poll();
    if (packet == null) {
      throw new AssertionError("nothing heard, " + kind.getSimpleName() + " expected");
    }
    if (!kind.isInstance(packet)) {
      throw new AssertionError(kind.getSimpleName() + " expected, heard " + packet);
    }
    return kind.cast(packet);
  }

  /** The next message's payload as text. */
  public String hearText() {
    return text(hear(Publish.class));
  }

  /** A payload as text. */
  public static String text(Publish publish) {
    return new String(publish.payload(), StandardCharsets.UTF_8);
  }

  /** All packets heard and not yet taken. */
  public List<Packet> hearAll() {
    listen();
    List<Packet> all = List.copyOf(heard);
    heard.clear();
    return all;
  }

  /** The payloads of all messages heard and not yet taken; nothing else may have been heard. */
  public List<String> hearTexts() {
    return hearAll().stream().map(p -> text((Publish) p)).toList();
  }

  /** The next bytes the broker wrote, as they are, not decoded. */
  public byte[] hearBytes() {
    byte[] bytes = out.toByteArray();
    out.truncate(0);
    return bytes;
  }

  /** Whether the broker closed the network connection. */
  public boolean isClosed() {
    return closedByBroker;
  }

  /** Whether the broker stopped reading from it. */
  public boolean isBraked() {
    return readingPaused;
  }

  /** Bytes the client has not read. */
  public int unread() {
    return out.size();
  }
}
