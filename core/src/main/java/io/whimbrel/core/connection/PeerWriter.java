package io.whimbrel.core.connection;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.PublishEncoder;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.ConnectionOutput;
import io.whimbrel.core.routing.Publication;

/**
 * Writes packets to one peer within what it takes: its version, its Maximum Packet Size, its Topic
 * Alias Maximum. Valid for the connection, owned by its shard.
 */
final class PeerWriter implements Outlet {
  /** Payloads from this size on are shared by all receivers instead of copied for each. */
  static final int SHARED_BYTES_MIN = 8192;

  private static final TopicName BY_ALIAS = TopicName.NONE;

  private final ConnectionOutput output;
  private ProtocolVersion version = ProtocolVersion.MQTT_3_1_1;
  private int packetSizeMax = Integer.MAX_VALUE;
  private OutboundAliases aliases = new OutboundAliases(0);

  PeerWriter(ConnectionOutput output) {
    this.output = output;
  }

  @Override
  public void settle(PeerSettings settings) {
    version = settings.version();
    packetSizeMax = settings.packetSizeMax();
    aliases = new OutboundAliases(settings.topicAliasMaximum());
  }

  @Override
  public void version(ProtocolVersion known) {
    version = known;
  }

  /**
   * Writes a packet, without its Reason String where it is too large so; false where it still is.
   */
  @Override
  public boolean write(Packet packet) {
    ByteWriter out = output.writer();
    int before = out.size();
    if (PacketEncoder.encode(packet, version, out) <= packetSizeMax) {
      return true;
    }
    out.truncate(before); // [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.14.2-3] [MQTT-3.14.2-4]
    if (PacketEncoder.encode(withoutProblem(packet), version, out) <= packetSizeMax) {
      return true;
    }
    out.truncate(before);
    return false;
  }

  /**
   * Writes a PUBLISH; see {@link io.whimbrel.core.session.Peer#publish}.
   *
   * @return false where it is larger than the client takes [MQTT-3.1.2-24]
   */
  @Override
  public boolean publish(
      Publication publication,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      long now) {
    TopicName topic = publication.topic();
    long expiry = publication.expirySeconds(now);
    int alias = aliases.known(topic);
    boolean fresh = alias == 0;
    if (fresh) {
      alias = aliases.next();
    }
    TopicName sent = fresh ? topic : BY_ALIAS;
    if (alias > 0 && fresh && !fits(publication, qos, sent, expiry, alias, subscriptionIds)) {
      alias = 0;
    }
    if (!fits(publication, qos, sent, expiry, alias, subscriptionIds)) {
      return false;
    }
    if (fresh && alias > 0) {
      aliases.assign(topic);
    }
    byte[] payload = publication.payload();
    ByteWriter out = output.writer();
    PublishEncoder.writeHead(
        out,
        version,
        dup,
        qos,
        retain,
        sent,
        packetId,
        expiry,
        alias,
        subscriptionIds,
        publication.forwarded(),
        payload.length);
    if (payload.length >= SHARED_BYTES_MIN) {
      output.writeShared(payload);
    } else {
      out.putBytes(payload, 0, payload.length);
    }
    return true;
  }

  private boolean fits(
      Publication publication, Qos qos, TopicName sent, long expiry, int alias, int[] ids) {
    return PublishEncoder.length(
            version,
            qos,
            sent.utf8().length,
            expiry,
            alias,
            ids,
            publication.forwarded(),
            publication.payload().length)
        <= packetSizeMax;
  }

  @Override
  public boolean isHeld() {
    return false;
  }

  @Override
  public boolean isSupervised() {
    return false;
  }

  @Override
  public long pendingBytes() {
    return output.pendingBytes();
  }

  @Override
  public void pauseReading() {
    output.pauseReading();
  }

  @Override
  public void resumeReading() {
    output.resumeReading();
  }

  @Override
  public void unfinished(int bytes, long sinceMillis) {
    output.unfinished(bytes, sinceMillis);
  }

  @Override
  public void close() {
    output.close();
  }

  /** A CONNACK that refuses and a DISCONNECT explain themselves; no other packet of ours does. */
  private static Packet withoutProblem(Packet packet) {
    if (packet instanceof Connack connack && connack.reason().isError()) {
      return new Connack(connack.sessionPresent(), connack.reason(), Properties.NONE);
    }
    if (packet instanceof Disconnect disconnect) {
      return new Disconnect(disconnect.reason(), Properties.NONE);
    }
    return packet;
  }
}
