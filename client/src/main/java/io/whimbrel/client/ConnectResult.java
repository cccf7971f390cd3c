package io.whimbrel.client;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.UserProperty;
import java.util.List;

/** What the server said to CONNECT (3.2). A refusal is a result, not an exception. Immutable. */
public final class ConnectResult {
  private final String server;
  private final ReasonCode reason;
  private final boolean sessionPresent;
  private final String explanation;
  private final Announced announced;
  private final List<UserProperty> userProperties;

  /**
   * What the server announces (3.2.2.3); of one that speaks 3.1.1, the defaults. A record, as there
   * is no more that a server of MQTT 5 can announce.
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

  private ConnectResult(
      String server,
      ReasonCode reason,
      boolean sessionPresent,
      String explanation,
      Announced announced,
      List<UserProperty> userProperties) {
    this.server = server;
    this.reason = reason;
    this.sessionPresent = sessionPresent;
    this.explanation = explanation;
    this.announced = announced;
    this.userProperties = List.copyOf(userProperties);
  }

  /** Which server said it. */
  public String server() {
    return server;
  }

  /** SUCCESS, or why not. */
  public ReasonCode reason() {
    return reason;
  }

  /** Whether the server has the session of before. */
  public boolean sessionPresent() {
    return sessionPresent;
  }

  /** What the server says to it, or empty. */
  public String explanation() {
    return explanation;
  }

  /** What it takes, and what it has. */
  public Announced announced() {
    return announced;
  }

  /** The User Properties of its answer, in their order. */
  public List<UserProperty> userProperties() {
    return userProperties;
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

  @Override
  public String toString() {
    return "ConnectResult["
        + server
        + ", "
        + reason
        + (sessionPresent ? ", session present" : "")
        + (explanation.isEmpty() ? "]" : ": " + explanation + "]");
  }

  private static String text(@org.jspecify.annotations.Nullable String said) {
    return said == null ? "" : said;
  }
}
