package io.whimbrel.codec;

import java.util.List;

/** SUBSCRIBE: at least one filter with its options (3.8) [MQTT-3.8.3-2]. */
public record Subscribe(int packetId, Properties properties, List<SubscriptionRequest> requests)
    implements Packet {
  /** Copies the list. */
  public Subscribe {
    requests = List.copyOf(requests);
  }

  @Override
  public PacketType type() {
    return PacketType.SUBSCRIBE;
  }
}
