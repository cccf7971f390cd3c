package io.whimbrel.client.internal;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * What the server of this connection takes (3.2.2.3); a server of 3.x sets no limits.
 *
 * @param receiveMaximum unacknowledged messages of QoS 1 and 2
 * @param packetSizeMax bytes of a whole packet
 */
record ServerLimits(
    int receiveMaximum,
    int maximumQos,
    boolean retainAvailable,
    long packetSizeMax,
    int topicAliasMaximum) {

  /** What a CONNACK says. */
  static ServerLimits of(Connack connack) {
    var said = connack.properties();
    return new ServerLimits(
        (int) said.number(PropertyId.RECEIVE_MAXIMUM, 65_535),
        (int) said.number(PropertyId.MAXIMUM_QOS, 2),
        said.number(PropertyId.RETAIN_AVAILABLE, 1) == 1,
        said.number(PropertyId.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE),
        (int) said.number(PropertyId.TOPIC_ALIAS_MAXIMUM, 0));
  }

  /** Why a message must not be sent to this server; null where it may. */
  @Nullable ReasonCode refuses(Publish message) {
    if (message.qos().number() > maximumQos) {
      return ReasonCode.QOS_NOT_SUPPORTED; // [MQTT-3.2.2-11]
    }
    if (message.retain() && !retainAvailable) {
      return ReasonCode.RETAIN_NOT_SUPPORTED; // [MQTT-3.2.2-14]
    }
    return message.qos() == Qos.AT_MOST_ONCE || receiveMaximum > 0 ? null : ReasonCode.SERVER_BUSY;
  }
}
