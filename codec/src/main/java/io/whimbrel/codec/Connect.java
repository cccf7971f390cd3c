package io.whimbrel.codec;

import java.util.Arrays;
import java.util.Objects;
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

  /** The same content. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Connect that
        && version == that.version
        && cleanStart == that.cleanStart
        && keepAliveSeconds == that.keepAliveSeconds
        && properties.equals(that.properties)
        && clientId.equals(that.clientId)
        && Objects.equals(will, that.will)
        && Objects.equals(userName, that.userName)
        && Arrays.equals(password, that.password);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        version,
        cleanStart,
        keepAliveSeconds,
        properties,
        clientId,
        will,
        userName,
        Arrays.hashCode(password));
  }

  /** Without the password, of which only the presence is shown. */
  @Override
  public String toString() {
    return "Connect[version="
        + version
        + ", cleanStart="
        + cleanStart
        + ", keepAliveSeconds="
        + keepAliveSeconds
        + ", properties="
        + properties
        + ", clientId="
        + clientId
        + ", will="
        + will
        + ", userName="
        + userName
        + (password == null ? "]" : ", password=present]");
  }
}
