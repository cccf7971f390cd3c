package io.whimbrel.sn;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Will;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.PacketOutput;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.shard.Shard;
import org.jspecify.annotations.Nullable;

/**
 * What the broker says to a device over one connection; one that was replaced is not heard any
 * more. Owned by the device's shard.
 */
final class Bridge implements PacketOutput {
  private static final long FOR_EVER = 0xFFFF_FFFFL;

  private final SnDevice device;
  private final Shard shard;
  private @Nullable Connection connection;

  Bridge(SnDevice device, Shard shard) {
    this.device = device;
    this.shard = shard;
  }

  /** Asks the broker, as a client of MQTT 5 that takes one message at a time. */
  void open(Origin origin, String clientId, boolean cleanSession, @Nullable Will will) {
    Connection made = shard.open(this, origin);
    connection = made;
    Properties properties =
        Properties.builder()
            .set(PropertyId.SESSION_EXPIRY_INTERVAL, cleanSession ? 0 : FOR_EVER)
            .set(PropertyId.RECEIVE_MAXIMUM, 1)
            .build();
    made.onPacket(
        new Connect(
            ProtocolVersion.MQTT_5, cleanSession, 0, properties, clientId, will, null, null));
  }

  Connection connection() {
    Connection made = connection;
    if (made == null) {
      throw new IllegalStateException("there is no connection yet");
    }
    return made;
  }

  /** The device says goodbye, and is not lost; also where it is not let in yet. */
  void leave() {
    if (!connection().onPacket(new Disconnect(ReasonCode.SUCCESS, Properties.NONE))) {
      cut();
    }
  }

  /** The device is lost. */
  void cut() {
    shard.closed(connection());
  }

  @Override
  public void packet(Packet packet) {
    if (device.bridge() == this) {
      device.onPacket(packet);
    }
  }

  @Override
  public boolean publish(
      Publication publication, Qos qos, boolean dup, boolean retain, int packetId) {
    return device.bridge() == this && device.publish(publication, qos, dup, retain, packetId);
  }

  @Override
  public boolean isReady() {
    return device.bridge() == this && device.isReady();
  }

  @Override
  public void close() {
    Connection ended = connection;
    if (ended != null) {
      shard.closed(ended);
    }
    if (device.bridge() == this) {
      device.over();
    }
  }
}
