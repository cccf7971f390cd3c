package io.whimbrel.codec;

import org.jspecify.annotations.Nullable;

/**
 * CONNECT: the first packet of a connection (3.1).
 *
 * @param cleanStart Clean Start (5.0) or Clean Session (3.x)
 * @param keepAliveSeconds 0 (off) to 65,535
 * @param properties NONE in 3.x
 * @param clientId may be empty, which asks the server to assign one [MQTT-3.1.3-6]
 * @param password binary; never to be logged
 */
public record Connect(
    ProtocolVersion version,
    boolean cleanStart,
    int keepAliveSeconds,
    Properties properties,
    String clientId,
    @Nullable Will will,
    @Nullable String userName,
    byte @Nullable [] password)
    implements Packet {
  @Override
  public PacketType type() {
    return PacketType.CONNECT;
  }
}
