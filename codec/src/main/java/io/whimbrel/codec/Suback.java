package io.whimbrel.codec;

import java.util.List;

/** SUBACK: one code for each filter of the SUBSCRIBE, in its order (3.9) [MQTT-3.9.3-1]. */
public record Suback(int packetId, List<ReasonCode> reasons, Properties properties)
    implements Packet {
  /** Copies the list. */
  public Suback {
    reasons = List.copyOf(reasons);
  }

  @Override
  public PacketType type() {
    return PacketType.SUBACK;
  }
}
