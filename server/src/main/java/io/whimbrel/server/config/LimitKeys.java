package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.flag;
import static io.whimbrel.server.config.ValueKind.millis;
import static io.whimbrel.server.config.ValueKind.seconds;
import static io.whimbrel.server.config.ValueKind.size;
import static io.whimbrel.server.config.ValueKind.whole;

import io.whimbrel.server.config.ConfigKey.Effect;
import java.util.List;

/** Keys of every named maximum. See {@link ConfigKeys}. */
final class LimitKeys {
  private static final KeyTable TABLE = new KeyTable();

  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;
  private static final long DAY_MILLIS = 86_400_000L;

  /** A Session Expiry Interval that never ends (3.1.2.11.2). */
  private static final long FOR_EVER = 4_294_967_295L;

  /** What a full queue does. */
  enum DropPolicy {
    NEWEST,
    OLDEST
  }

  static final ConfigKey<Long> PACKET_SIZE_MAX =
      TABLE.key(
          "limits.packet-size-max",
          size(256, KeyTable.PACKET_SIZE_WALL),
          "16MiB",
          "Largest packet accepted once connected (Maximum Packet Size).",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> CONNECT_PACKET_SIZE_MAX =
      TABLE.key(
          "limits.connect-packet-size-max",
          size(256, KeyTable.PACKET_SIZE_WALL),
          "64KiB",
          "Largest CONNECT, and largest AUTH before CONNACK.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> CONNECT_TIMEOUT =
      TABLE.key(
          "limits.connect-timeout",
          millis(100, DAY_MILLIS),
          "10s",
          "Time from the network connection to the end of the CONNECT exchange.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> CONNECTIONS_MAX =
      TABLE.key(
          "limits.connections-max",
          whole(1, 10_000_000),
          "100000",
          "Connections in all; further ones are told that the server is busy, or closed.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> TOPIC_LEVELS_MAX =
      TABLE.key(
          "limits.topic-levels-max",
          whole(1, 65_536),
          "200",
          "Levels of a topic or filter.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> USER_PROPERTIES_MAX =
      TABLE.key(
          "limits.user-properties-max",
          whole(0, 1_000_000),
          "1000",
          "User Properties per packet.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> SUBSCRIPTIONS_PER_SESSION_MAX =
      TABLE.key(
          "limits.subscriptions-per-session-max",
          whole(1, 10_000_000),
          "10000",
          "Subscriptions of one session; further ones are refused in SUBACK.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> RETAINED_MESSAGES_MAX =
      TABLE.key(
          "limits.retained-messages-max",
          whole(0, 1_000_000_000),
          "1000000",
          "Topics with a retained message; retaining on a further one is refused.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> RETAINED_BYTES_MAX =
      TABLE.key(
          "limits.retained-bytes-max",
          size(0, TIB),
          "512MiB",
          "Topics and payloads of all retained messages; above it retaining more is refused.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> QUEUE_MESSAGES_MAX =
      TABLE.key(
          "limits.queue-messages-max",
          whole(1, 100_000_000),
          "10000",
          "Messages waiting or in flight for one session; above it `limits.drop-policy` holds.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> QUEUE_BYTES_MAX =
      TABLE.key(
          "limits.queue-bytes-max",
          size(KIB, TIB),
          "64MiB",
          "Bytes of these messages; above it `limits.drop-policy` holds.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> QUEUE_RESIDENT_MESSAGES_MAX =
      TABLE.key(
          "limits.queue-resident-messages-max",
          whole(1, 100_000_000),
          "1000",
          "Messages that wait in memory for one connected session; further ones wait on disk alone"
              + " where the journal keeps them, and all do while the client is away.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> QUEUE_RESIDENT_BYTES_MAX =
      TABLE.key(
          "limits.queue-resident-bytes-max",
          size(0, TIB),
          "256KiB",
          "Bytes of these messages, likewise.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> QUEUE_PAGE_MESSAGES_MAX =
      TABLE.key(
          "limits.queue-page-messages-max",
          whole(1, 1_000_000),
          "128",
          "Messages of one queue read back from disk at a time.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> QUEUE_PAGE_BYTES_MAX =
      TABLE.key(
          "limits.queue-page-bytes-max",
          size(KIB, GIB),
          "64KiB",
          "Their bytes; a page ends with the message that passes it.",
          Effect.AT_ONCE);
  static final ConfigKey<DropPolicy> DROP_POLICY =
      TABLE.key(
          "limits.drop-policy",
          choice(DropPolicy.class),
          "newest",
          "What a full queue drops: the message that comes, or the oldest one not yet sent.",
          Effect.AT_ONCE);
  static final ConfigKey<Boolean> QUEUE_QOS0_OFFLINE =
      TABLE.key(
          "limits.queue-qos0-offline",
          flag(),
          "false",
          "Whether QoS 0 messages are queued for a persistent session that is away.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> RECEIVE_MAXIMUM =
      TABLE.key(
          "limits.receive-maximum",
          whole(1, 65_535),
          "1000",
          "Unacknowledged QoS 1 and 2 messages accepted from one client (Receive Maximum).",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> IN_FLIGHT_MAX =
      TABLE.key(
          "limits.in-flight-max",
          whole(1, 65_535),
          "1000",
          "Unacknowledged QoS 1 and 2 messages sent to one client, whatever it allows.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> TOPIC_ALIAS_MAXIMUM_IN =
      TABLE.key(
          "limits.topic-alias-maximum-in",
          whole(0, 65_535),
          "100",
          "Topic aliases a client may set; 0: none.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> TOPIC_ALIAS_MAXIMUM_OUT =
      TABLE.key(
          "limits.topic-alias-maximum-out",
          whole(0, 65_535),
          "16",
          "Topic aliases used towards a client that allows them; 0: none.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> SERVER_KEEP_ALIVE =
      TABLE.key(
          "limits.server-keep-alive",
          seconds(0, 65_535),
          "0",
          "Keep alive told to every MQTT 5 client; 0: the client's own.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> KEEP_ALIVE_MAX =
      TABLE.key(
          "limits.keep-alive-max",
          seconds(0, 65_535),
          "0",
          "Longest keep alive granted to an MQTT 5 client; 0: any.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> SESSION_EXPIRY_MAX =
      TABLE.key(
          "limits.session-expiry-max",
          seconds(0, FOR_EVER).or("forever", FOR_EVER),
          "forever",
          "Longest Session Expiry Interval granted; `forever` is 4294967295 seconds.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> OUTPUT_BYTES_MAX =
      TABLE.key(
          "limits.output-bytes-max",
          size(KIB, GIB),
          "1MiB",
          "Bytes waiting for one client above which it is neither written to nor read from.");
  static final ConfigKey<Long> STUCK_OUTPUT_TIMEOUT =
      TABLE.key(
          "limits.stuck-output-timeout",
          millis(100, DAY_MILLIS),
          "1m",
          "A client whose output stays above that for so long is closed.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> PACKETS_PER_TURN_MAX =
      TABLE.key(
          "limits.packets-per-turn-max",
          whole(1, 1_000_000),
          "1024",
          "Packets of one connection handled before others have theirs.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> UNACKNOWLEDGED_MAX =
      TABLE.key(
          "limits.unacknowledged-max",
          whole(1, 1_000_000),
          "4096",
          "Acknowledgements of one connection that wait for the disk before it is not read from.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> LANE_MESSAGES_MAX =
      TABLE.key(
          "limits.lane-messages-max",
          whole(1, 100_000_000),
          "16384",
          "Messages on their way between two event loops before publishers are not read from.");
  static final ConfigKey<Long> UNCOMMITTED_BYTES_MAX =
      TABLE.key(
          "limits.uncommitted-bytes-max",
          size(MIB, TIB),
          "64MiB",
          "Bytes one event loop wrote that are not on disk yet, before publishers are not read"
              + " from.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> MEMORY_BYTES_MAX =
      TABLE.key(
          "limits.memory-bytes-max",
          size(MIB, TIB).or("auto", KeyTable.AUTO),
          "auto",
          "Bytes of all queued and retained messages in memory; above it QoS 0 is dropped and QoS 1"
              + " and 2 are refused; `auto` is half of the JVM's maximum heap.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> PUBLISH_RATE_MAX =
      TABLE.key(
          "limits.publish-rate-max",
          whole(0, 1_000_000_000),
          "0",
          "PUBLISH packets per second and connection, a faster one is read more slowly; 0: any.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Boolean> PAYLOAD_FORMAT_CHECK =
      TABLE.key(
          "limits.payload-format-check",
          flag(),
          "false",
          "Whether a payload that says it is UTF-8 is checked.",
          Effect.AT_ONCE);
  static final ConfigKey<Boolean> CLOSE_UNAUTHORISED =
      TABLE.key(
          "limits.close-unauthorised",
          flag(),
          "false",
          "Whether a 3.x client that publishes where it may not is closed; else it is told that it"
              + " has published. An MQTT 5 client is told the truth.",
          Effect.AT_ONCE);
  static final ConfigKey<Boolean> CONCEAL_UNAUTHORISED =
      TABLE.key(
          "limits.conceal-unauthorised",
          flag(),
          "false",
          "Whether an MQTT 5 client that may not publish or subscribe somewhere is told 0x80, which"
              + " reveals no reason, instead of 0x87.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> SLICE_MAX =
      TABLE.key(
          "limits.slice-max",
          whole(1, 1_000_000),
          "1000",
          "Timers run and retained messages replayed in one turn of an event loop.",
          Effect.AT_ONCE);

  private LimitKeys() {}

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }
}
