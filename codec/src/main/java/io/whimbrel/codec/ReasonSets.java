package io.whimbrel.codec;

import static io.whimbrel.codec.ReasonCode.*;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which Reason Codes each packet may carry (5.0, table 2-6 and the tables of chapter 3). */
final class ReasonSets {
  /** Table 3-1 [MQTT-3.2.2-8]. */
  static final Set<ReasonCode> CONNACK =
      EnumSet.of(
          SUCCESS,
          UNSPECIFIED_ERROR,
          MALFORMED_PACKET,
          PROTOCOL_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          UNSUPPORTED_PROTOCOL_VERSION,
          CLIENT_IDENTIFIER_NOT_VALID,
          BAD_USER_NAME_OR_PASSWORD,
          NOT_AUTHORIZED,
          SERVER_UNAVAILABLE,
          SERVER_BUSY,
          BANNED,
          BAD_AUTHENTICATION_METHOD,
          TOPIC_NAME_INVALID,
          PACKET_TOO_LARGE,
          QUOTA_EXCEEDED,
          PAYLOAD_FORMAT_INVALID,
          RETAIN_NOT_SUPPORTED,
          QOS_NOT_SUPPORTED,
          USE_ANOTHER_SERVER,
          SERVER_MOVED,
          CONNECTION_RATE_EXCEEDED);

  /** PUBACK and PUBREC [MQTT-3.4.2-1] [MQTT-3.5.2-1]. */
  static final Set<ReasonCode> RECEIVED =
      EnumSet.of(
          SUCCESS,
          NO_MATCHING_SUBSCRIBERS,
          UNSPECIFIED_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          NOT_AUTHORIZED,
          TOPIC_NAME_INVALID,
          PACKET_IDENTIFIER_IN_USE,
          QUOTA_EXCEEDED,
          PAYLOAD_FORMAT_INVALID);

  /** PUBREL and PUBCOMP [MQTT-3.6.2-1] [MQTT-3.7.2-1]. */
  static final Set<ReasonCode> RELEASED = EnumSet.of(SUCCESS, PACKET_IDENTIFIER_NOT_FOUND);

  /** [MQTT-3.9.3-2]. */
  static final Set<ReasonCode> SUBACK =
      EnumSet.of(
          SUCCESS,
          GRANTED_QOS_1,
          GRANTED_QOS_2,
          UNSPECIFIED_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          NOT_AUTHORIZED,
          TOPIC_FILTER_INVALID,
          PACKET_IDENTIFIER_IN_USE,
          QUOTA_EXCEEDED,
          SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
          SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
          WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);

  /** The four codes of 3.1.1 (3.9.3); a server of 3.1 that must refuse has no other word either. */
  static final Set<ReasonCode> SUBACK_3 =
      EnumSet.of(SUCCESS, GRANTED_QOS_1, GRANTED_QOS_2, UNSPECIFIED_ERROR);

  /** [MQTT-3.11.3-2]. */
  static final Set<ReasonCode> UNSUBACK =
      EnumSet.of(
          SUCCESS,
          NO_SUBSCRIPTION_EXISTED,
          UNSPECIFIED_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          NOT_AUTHORIZED,
          TOPIC_FILTER_INVALID,
          PACKET_IDENTIFIER_IN_USE);

  /** [MQTT-3.14.2-1]. */
  static final Set<ReasonCode> CLIENT_DISCONNECT =
      EnumSet.of(
          SUCCESS,
          DISCONNECT_WITH_WILL,
          UNSPECIFIED_ERROR,
          MALFORMED_PACKET,
          PROTOCOL_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          TOPIC_NAME_INVALID,
          RECEIVE_MAXIMUM_EXCEEDED,
          TOPIC_ALIAS_INVALID,
          PACKET_TOO_LARGE,
          MESSAGE_RATE_TOO_HIGH,
          QUOTA_EXCEEDED,
          ADMINISTRATIVE_ACTION,
          PAYLOAD_FORMAT_INVALID);

  /** [MQTT-3.14.2-1]; 0x8C stands in table 2-6 alone, and re-authentication needs it (4.12.1). */
  static final Set<ReasonCode> SERVER_DISCONNECT =
      EnumSet.of(
          SUCCESS,
          UNSPECIFIED_ERROR,
          MALFORMED_PACKET,
          PROTOCOL_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          NOT_AUTHORIZED,
          SERVER_BUSY,
          SERVER_SHUTTING_DOWN,
          BAD_AUTHENTICATION_METHOD,
          KEEP_ALIVE_TIMEOUT,
          SESSION_TAKEN_OVER,
          TOPIC_FILTER_INVALID,
          TOPIC_NAME_INVALID,
          RECEIVE_MAXIMUM_EXCEEDED,
          TOPIC_ALIAS_INVALID,
          PACKET_TOO_LARGE,
          MESSAGE_RATE_TOO_HIGH,
          QUOTA_EXCEEDED,
          ADMINISTRATIVE_ACTION,
          PAYLOAD_FORMAT_INVALID,
          RETAIN_NOT_SUPPORTED,
          QOS_NOT_SUPPORTED,
          USE_ANOTHER_SERVER,
          SERVER_MOVED,
          SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
          CONNECTION_RATE_EXCEEDED,
          MAXIMUM_CONNECT_TIME,
          SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
          WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);

  /** [MQTT-3.15.2-1]. */
  static final Set<ReasonCode> CLIENT_AUTH = EnumSet.of(CONTINUE_AUTHENTICATION, REAUTHENTICATE);

  /** [MQTT-3.15.2-1]. */
  static final Set<ReasonCode> SERVER_AUTH = EnumSet.of(SUCCESS, CONTINUE_AUTHENTICATION);

  private ReasonSets() {}

  /** The reason of a byte that must be in the set; {@code clause} says which rule demands it. */
  static ReasonCode read(ByteReader in, Set<ReasonCode> allowed, String clause) {
    return check(ReasonCode.of(in.readByte()), allowed, clause);
  }

  /** The reason itself, which must be in the set. */
  static ReasonCode check(@Nullable ReasonCode reason, Set<ReasonCode> allowed, String clause) {
    if (reason == null || !allowed.contains(reason)) {
      throw Faults.protocol(clause, "reason code this packet cannot have");
    }
    return reason;
  }
}
