package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.millis;
import static io.whimbrel.server.config.ValueKind.size;
import static io.whimbrel.server.config.ValueKind.whole;

import io.whimbrel.server.config.ConfigKey.Effect;
import java.util.List;

/** Keys of how much anybody may take of what all share. See {@link ConfigKeys}. */
final class RateKeys {
  private static final KeyTable TABLE = new KeyTable();

  private static final long TIB = 1L << 40;
  private static final long MINUTE_MILLIS = 60_000L;
  private static final long DAY_MILLIS = 86_400_000L;

  static final ConfigKey<Long> NEW_CONNECTIONS_MAX =
      rate(
          "rates.connections-max",
          "New connections a second, and as many at once; further ones are closed at once. 0: any"
              + " number.");
  static final ConfigKey<Long> NEW_CONNECTIONS_PER_ADDRESS_MAX =
      rate(
          "rates.connections-per-address-max",
          "Of these, from one IPv4 address or from one /64 of IPv6.");
  static final ConfigKey<Long> CONNECTS_PER_CLIENT_MAX =
      rate(
          "rates.connects-per-client-max",
          "Times a minute that one Client Identifier of one user may connect; who comes once more"
              + " is refused for `rates.client-pause` (0x9F, return code 3). 0: any number.");
  static final ConfigKey<Long> CLIENT_PAUSE =
      TABLE.key(
          "rates.client-pause",
          millis(1_000, DAY_MILLIS),
          "1m",
          "For how long it is refused.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> PUBLISHES_PER_CLIENT_MAX =
      rate(
          "rates.publishes-per-client-max",
          "PUBLISH packets a second of one Client Identifier of one user, and as many at once; a"
              + " faster one is read more slowly, and nothing is lost. 0: any number.");
  static final ConfigKey<Long> PUBLISHES_PER_USER_MAX =
      rate(
          "rates.publishes-per-user-max",
          "Of all clients of one user together, likewise; clients without a user are not counted.");
  static final ConfigKey<Long> PUBLISHES_PER_ADDRESS_MAX =
      rate(
          "rates.publishes-per-address-max",
          "Of all clients from one IPv4 address or one /64 of IPv6 together, likewise.");
  static final ConfigKey<Long> BYTES_PER_CLIENT_MAX =
      bytes(
          "rates.bytes-per-client-max",
          "Bytes a second read of one Client Identifier of one user, whatever the packets,"
              + " likewise. 0: any.");
  static final ConfigKey<Long> BYTES_PER_USER_MAX =
      bytes("rates.bytes-per-user-max", "Of all clients of one user together, likewise.");
  static final ConfigKey<Long> BYTES_PER_ADDRESS_MAX =
      bytes(
          "rates.bytes-per-address-max",
          "Of all clients from one IPv4 address or one /64 of IPv6 together, likewise.");

  static final ConfigKey<Long> FAILURE_DELAY =
      TABLE.key(
          "logins.failure-delay",
          millis(0, MINUTE_MILLIS),
          "1s",
          "How late a failed login is answered, at most half of `limits.connect-timeout`; 0: at"
              + " once.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> FAILURES_MAX =
      TABLE.key(
          "logins.failures-max",
          whole(0, 1_000_000),
          "10",
          "Failed logins of one user from one address within a minute, after which that user is"
              + " refused from there for `logins.ban`, unchecked; 0: any number.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> FAILURES_PER_ADDRESS_MAX =
      TABLE.key(
          "logins.failures-per-address-max",
          whole(0, 1_000_000),
          "0",
          "Failed logins from one IPv4 address or one /64 of IPv6 within a minute, after which"
              + " every new connection from there is closed at once, for as long; 0: any number.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> BAN =
      TABLE.key(
          "logins.ban",
          millis(1_000, DAY_MILLIS),
          "1m",
          "For how long. A user is refused with 0x8A, return code 5; an address gets no answer.",
          Effect.AT_ONCE);

  static final ConfigKey<Long> LOOP_DELAY_MAX =
      TABLE.key(
          "overload.loop-delay-max",
          millis(0, MINUTE_MILLIS),
          "1s",
          "How late an event loop may be, twice in a row, before new connections are closed at"
              + " once; they are until all loops are at most half as late for ten seconds."
              + " 0: however late.",
          Effect.AT_ONCE);

  static final ConfigKey<Long> UNFINISHED_BYTES_MAX =
      TABLE.key(
          "overload.unfinished-bytes-max",
          size(256, TIB).or("auto", KeyTable.AUTO),
          "auto",
          "Bytes in memory of packets that are not all there, or that wait because their client is"
              + " read more slowly; above it the client that has finished no packet for longest is"
              + " closed. `auto` is a quarter of the JVM's maximum heap, and at least"
              + " `limits.packet-size-max`.",
          Effect.AT_ONCE);

  private RateKeys() {}

  private static ConfigKey<Long> rate(String path, String meaning) {
    return TABLE.key(path, whole(0, 1_000_000_000), "0", meaning, Effect.NEW_CONNECTIONS);
  }

  private static ConfigKey<Long> bytes(String path, String meaning) {
    return TABLE.key(path, size(0, TIB), "0", meaning, Effect.NEW_CONNECTIONS);
  }

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }
}
