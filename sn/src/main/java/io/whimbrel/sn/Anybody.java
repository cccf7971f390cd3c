package io.whimbrel.sn;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.PacketOutput;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.shard.Shard;
import org.jspecify.annotations.Nullable;

/**
 * The client of the broker that speaks for all who have no connection (6.8), with its own rights.
 * Owned by its gateway's shard.
 */
final class Anybody implements PacketOutput {
  private final Shard shard;
  private final SnObserver observer;
  private @Nullable Connection connection;
  private @Nullable Publish first;
  private boolean over;

  Anybody(Shard shard, SnObserver observer) {
    this.shard = shard;
    this.observer = observer;
  }

  void open(Origin origin, String clientId) {
    Connection made = shard.open(this, origin);
    connection = made;
    made.onPacket(
        new Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, clientId, null, null, null));
  }

  /** Says a message; false where the broker does not take it now. */
  boolean say(Publish publish) {
    Connection mine = connection;
    if (mine == null) {
      return false;
    }
    boolean said = mine.onPacket(publish);
    if (!said && first == null) {
      first = publish; // it is about to be let in
      return true;
    }
    return said;
  }

  /** Whether its connection has ended, and another one has to speak. */
  boolean isOver() {
    return over;
  }

  @Override
  public void packet(Packet packet) {
    Publish waiting = first;
    first = null;
    if (waiting != null && packet instanceof Connack answer && !answer.reason().isError()) {
      shard.nextTurn(() -> say(waiting));
    } else if (waiting != null) {
      observer.dropped("", "QoS -1 is not let in");
    }
  }

  @Override
  public boolean publish(
      Publication publication, Qos qos, boolean dup, boolean retain, int packetId) {
    return false; // it subscribes to nothing
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void close() {
    over = true;
    Connection ended = connection;
    if (ended != null) {
      shard.closed(ended);
    }
  }
}
