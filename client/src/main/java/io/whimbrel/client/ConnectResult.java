package io.whimbrel.client;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.UserProperty;
import java.util.List;

/**
 * What the server said to CONNECT (3.2). A refusal is a result, not an exception.
 *
 * @param server which one
 * @param reason SUCCESS, or why not
 * @param sessionPresent whether the server has the session of before
 * @param explanation what the server says to it, or empty
 */
public record ConnectResult(
    String server,
    ReasonCode reason,
    boolean sessionPresent,
    String explanation,
    Announced announced,
    List<UserProperty> userProperties) {

  /**
   * What the server announces (3.2.2.3); of one that speaks 3.1.1, the defaults.
   *
   * @param sessionExpirySeconds in force; 4,294,967,295 for ever, -1 where it said nothing
   * @param receiveMaximum unacknowledged messages it takes
   * @param maximumQos the greatest QoS it takes
   * @param packetSizeMax bytes of a packet it takes; {@link Long#MAX_VALUE} for no limit
   * @param topicAliasMaximum the greatest Topic Alias it takes
   * @param keepAliveSeconds that it wants, or -1
   * @param assignedClientId the Client Identifier it gave, or empty
   * @param responseInformation where answers may be had, or empty
   */
  public record Announced(
      long sessionExpirySeconds,
      int receiveMaximum,
      int maximumQos,
      boolean retainAvailable,
      long packetSizeMax,
      int topicAliasMaximum,
      boolean wildcardSubscriptions,
      boolean subscriptionIdentifiers,
      boolean sharedSubscriptions,
      int keepAliveSeconds,
      String assignedClientId,
      String responseInformation,
      String serverReference) {}

  /** Copies the list. */
  public ConnectResult {
    userProperties = List.copyOf(userProperties);
  }

  /** Whether the server refused. */
  public boolean isRefused() {
    return reason.isError();
  }

  static ConnectResult of(String server, Connack connack) {
    var said = connack.properties();
    return new ConnectResult(
        server,
        connack.reason(),
        connack.sessionPresent(),
        text(said.text(PropertyId.REASON_STRING)),
        new Announced(
            said.number(PropertyId.SESSION_EXPIRY_INTERVAL, -1),
            (int) said.number(PropertyId.RECEIVE_MAXIMUM, 65_535),
            (int) said.number(PropertyId.MAXIMUM_QOS, 2),
            said.number(PropertyId.RETAIN_AVAILABLE, 1) == 1,
            said.number(PropertyId.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE),
            (int) said.number(PropertyId.TOPIC_ALIAS_MAXIMUM, 0),
            said.number(PropertyId.WILDCARD_SUBSCRIPTION_AVAILABLE, 1) == 1,
            said.number(PropertyId.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1) == 1,
            said.number(PropertyId.SHARED_SUBSCRIPTION_AVAILABLE, 1) == 1,
            (int) said.number(PropertyId.SERVER_KEEP_ALIVE, -1),
            text(said.text(PropertyId.ASSIGNED_CLIENT_IDENTIFIER)),
            text(said.text(PropertyId.RESPONSE_INFORMATION)),
            text(said.text(PropertyId.SERVER_REFERENCE))),
        said.userProperties());
  }

  private static String text(@org.jspecify.annotations.Nullable String said) {
    return said == null ? "" : said;
  }
}
