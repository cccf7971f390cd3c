package io.whimbrel.core.connection;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.session.Session;

/**
 * What a CONNECT and our limits settle for one connection.
 *
 * @param receiveMaximum unacknowledged QoS 1 and 2 PUBLISH packets the client takes
 * @param packetSizeMax largest packet the client takes, bytes [MQTT-3.1.2-24]
 * @param topicAliasMaximum aliases we may use towards it
 * @param problemInformation whether it wants Reason Strings on every packet [MQTT-3.1.2-29]
 * @param sessionExpirySeconds as granted
 * @param keepAliveSeconds as in force; 0 for none
 * @param receiveMaximumIn unacknowledged PUBLISH packets we take; 3.x knows no such limit
 */
record PeerSettings(
    ProtocolVersion version,
    int receiveMaximum,
    int packetSizeMax,
    int topicAliasMaximum,
    boolean problemInformation,
    long sessionExpirySeconds,
    int keepAliveSeconds,
    int receiveMaximumIn) {

  private static final int NO_PACKET_LIMIT = 268_435_460;

  static PeerSettings of(Connect connect, Limits limits) {
    Properties properties = connect.properties();
    boolean five = connect.version().isFive();
    long expiry =
        five
            ? properties.number(PropertyId.SESSION_EXPIRY_INTERVAL, 0)
            : connect.cleanStart() ? 0 : Session.FOR_EVER;
    return new PeerSettings(
        connect.version(),
        (int) properties.number(PropertyId.RECEIVE_MAXIMUM, 65_535),
        (int)
            Math.min(
                NO_PACKET_LIMIT,
                properties.number(PropertyId.MAXIMUM_PACKET_SIZE, NO_PACKET_LIMIT)),
        (int)
            Math.min(
                limits.topicAliasMaximumOut(),
                properties.number(PropertyId.TOPIC_ALIAS_MAXIMUM, 0)),
        properties.number(PropertyId.REQUEST_PROBLEM_INFORMATION, 1) == 1,
        Math.min(expiry, limits.sessionExpiryMaxSeconds()),
        keepAlive(connect, limits, five),
        five ? limits.receiveMaximum() : Integer.MAX_VALUE);
  }

  private static int keepAlive(Connect connect, Limits limits, boolean five) {
    int asked = connect.keepAliveSeconds();
    if (!five) {
      return asked; // 3.x cannot be told another value
    }
    if (limits.serverKeepAliveSeconds() > 0) {
      return limits.serverKeepAliveSeconds();
    }
    int most = limits.keepAliveMaxSeconds();
    return most > 0 && (asked == 0 || asked > most) ? most : asked;
  }
}
