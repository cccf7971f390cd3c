package io.whimbrel.codec;

import java.util.List;

/**
 * UNSUBACK: one code for each filter of the UNSUBSCRIBE (3.11).
 *
 * @param reasons empty in 3.x, which has no codes here
 */
public record Unsuback(int packetId, List<ReasonCode> reasons, Properties properties)
    implements Packet {
  /** Copies the list. */
  public Unsuback {
    reasons = List.copyOf(reasons);
  }

  @Override
  public PacketType type() {
    return PacketType.UNSUBACK;
  }
}
