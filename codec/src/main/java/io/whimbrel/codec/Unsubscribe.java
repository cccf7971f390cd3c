package io.whimbrel.codec;

import java.util.List;

/** UNSUBSCRIBE: at least one filter (3.10) [MQTT-3.10.3-2]. */
public record Unsubscribe(int packetId, Properties properties, List<TopicFilter> filters)
    implements Packet {
  /** Copies the list. */
  public Unsubscribe {
    filters = List.copyOf(filters);
  }

  @Override
  public PacketType type() {
    return PacketType.UNSUBSCRIBE;
  }
}
