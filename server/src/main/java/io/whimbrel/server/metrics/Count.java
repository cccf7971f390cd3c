package io.whimbrel.server.metrics;

import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.DropReason;

/** The things that are counted one by one, and the places of those counted by kind. */
public enum Count {
  BYTES_RECEIVED,
  BYTES_SENT,
  CONNECTIONS_OPENED,
  CONNECTIONS_CLOSED,
  NOT_ACCEPTED_FULL,
  NOT_ACCEPTED_ADDRESS,
  NOT_ACCEPTED_RATE,
  NOT_ACCEPTED_ADDRESS_RATE,
  NOT_ACCEPTED_BANNED,
  NOT_ACCEPTED_OVERLOAD,
  NOT_PROXIED_SENDER,
  NOT_PROXIED_HEADER,
  HANDSHAKES,
  HANDSHAKES_FAILED,
  CLIENTS_CONNECTED,
  REAUTHENTICATIONS,
  SUBSCRIPTIONS_LOST,
  CLIENTS,
  SESSIONS_OPENED,
  SESSIONS_ENDED,
  SESSIONS_EXPIRED,
  SESSIONS_MOVED,
  MESSAGES_RESENT,
  MESSAGES_QUEUED,
  BYTES_QUEUED,
  MESSAGES_STORED,
  BYTES_STORED,
  BRAKES_ACKNOWLEDGEMENTS,
  BRAKES_OUTPUT,
  BRAKES_CONGESTION,
  BRAKES_RATE,
  ABANDONED,
  TURNS,
  WAKE_UPS,
  WRITES,
  SN_RECEIVED,
  SN_SENT,
  SN_SENT_AGAIN,
  SN_MALFORMED,
  SN_DROPPED,
  SN_REFUSED,
  SN_CONGESTED,
  SN_ASLEEP,
  INTERNAL_ERRORS;

  private static final int PACKETS_RECEIVED = values().length;
  private static final int PACKETS_SENT = PACKETS_RECEIVED + PacketType.values().length;
  private static final int MESSAGES_RECEIVED = PACKETS_SENT + PacketType.values().length;
  private static final int MESSAGES_SENT = MESSAGES_RECEIVED + Qos.values().length;
  private static final int PAYLOAD_RECEIVED = MESSAGES_SENT + Qos.values().length;
  private static final int PAYLOAD_SENT = PAYLOAD_RECEIVED + Qos.values().length;
  private static final int DROPPED = PAYLOAD_SENT + Qos.values().length;
  private static final int REFUSED = DROPPED + DropReason.values().length;
  private static final int DISCONNECTED = REFUSED + ReasonCode.values().length;

  /** How many places there are. */
  static final int PLACES = DISCONNECTED + ReasonCode.values().length;

  /** Where it stands. */
  int place() {
    return ordinal();
  }

  static int received(PacketType type) {
    return PACKETS_RECEIVED + type.ordinal();
  }

  static int sent(PacketType type) {
    return PACKETS_SENT + type.ordinal();
  }

  static int messagesReceived(Qos qos) {
    return MESSAGES_RECEIVED + qos.ordinal();
  }

  static int messagesSent(Qos qos) {
    return MESSAGES_SENT + qos.ordinal();
  }

  static int payloadReceived(Qos qos) {
    return PAYLOAD_RECEIVED + qos.ordinal();
  }

  static int payloadSent(Qos qos) {
    return PAYLOAD_SENT + qos.ordinal();
  }

  static int dropped(DropReason reason) {
    return DROPPED + reason.ordinal();
  }

  static int refused(ReasonCode reason) {
    return REFUSED + reason.ordinal();
  }

  static int disconnected(ReasonCode reason) {
    return DISCONNECTED + reason.ordinal();
  }
}
