package io.whimbrel.core.port;

/** Why a message was not delivered to a taker; each is a metric of its own. */
public enum DropReason {
  /** QoS 0 for a persistent session whose client is away. */
  OFFLINE_QOS0,
  /** The session's queue was full in messages. */
  QUEUE_MESSAGES,
  /** The session's queue was full in bytes. */
  QUEUE_BYTES,
  /** QoS 0 for a peer that does not read its output. */
  SLOW_CONSUMER,
  /** The packet is larger than the client's Maximum Packet Size [MQTT-3.1.2-25]. */
  PACKET_TOO_LARGE,
  /** The Message Expiry Interval passed [MQTT-3.3.2-5]. */
  EXPIRED,
  /** The session ended before the message was sent. */
  SESSION_ENDED,
  /** The client answered with a reason code of 0x80 or greater. */
  REFUSED_BY_CLIENT,
  /** The memory budget of the broker was used up. */
  MEMORY,
  /** The store had no room for a message that would have been recorded. */
  STORE_FULL,
  /** The publisher was not allowed to publish there. */
  NOT_AUTHORISED,
  /** The subscriber may not have it: by a deny inside of its filter, or since rights changed. */
  WITHHELD,
  /** The payload is not the text it says it is; only where that is checked. */
  PAYLOAD_FORMAT,
  /** A retained message found no room. */
  RETAINED_LIMIT,
  /** The store did not give it back; a defect of the broker or of the disk. */
  UNREADABLE
}
