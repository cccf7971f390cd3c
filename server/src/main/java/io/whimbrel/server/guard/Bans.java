package io.whimbrel.server.guard;

import io.whimbrel.codec.Connect;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.config.ServerConfig;
import java.net.InetAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may not even try: a user from an address where its logins failed too often, an address where
 * everybody's did, and a client that connects again and again. Only the first is on by itself, and
 * so nobody keeps another user out who is elsewhere. Whoever comes by a Unix socket has no address
 * that could be banned, since all who do would have the same, unless a proxy says theirs. Callable
 * from every thread.
 *
 * <p>That a client comes too often counts once it has proved who it is: else anybody could keep it
 * out by its Client Identifier.
 */
final class Bans {
  private static final long WINDOW_MILLIS = 60_000;
  private static final int PAIRS_MAX = 16_384;
  private static final int ADDRESSES_MAX = 16_384;
  private static final int CLIENTS_MAX = 131_072;

  private final Strikes pairs;
  private final Strikes addresses;
  private final Strikes clients;
  private final LongSupplier millis;
  private final GuardedAccess.Told told;

  Bans(
      ServerConfig.Rates rates,
      ServerConfig.Logins logins,
      LongSupplier millis,
      GuardedAccess.Told told) {
    this.pairs = off(PAIRS_MAX);
    this.addresses = off(ADDRESSES_MAX);
    this.clients = off(CLIENTS_MAX);
    this.millis = millis;
    this.told = told;
    limits(rates, logins);
  }

  private static Strikes off(int placesMax) {
    return new Strikes(0, WINDOW_MILLIS, 0, placesMax);
  }

  /**
   * From now on so many are too many; whoever is out stays so for the time it was given, but where
   * it is 0 nobody is out.
   */
  void limits(ServerConfig.Rates rates, ServerConfig.Logins logins) {
    pairs.limits(logins.failuresMax(), logins.banMillis());
    addresses.limits(logins.failuresPerAddressMax(), logins.banMillis());
    int connects = rates.connectsPerClientMax();
    clients.limits(connects == 0 ? 0 : connects + 1, rates.clientPauseMillis());
  }

  /**
   * Whether a login is refused unchecked for those that failed before.
   *
   * @param user whose, where there is a name
   */
  boolean isBanned(@Nullable String user, Origin origin) {
    long now = millis.getAsLong();
    return isOut(origin, now)
        || (pairs.isOn() && user != null && pairs.isOut(pair(user, origin), now));
  }

  private boolean isOut(Origin origin, long now) {
    return addresses.isOn()
        && AddressBlock.counted(origin.address()).filter(block -> isOut(block, now)).isPresent();
  }

  private boolean isOut(AddressBlock block, long now) {
    return addresses.isOut(Fingerprint.of(block.text()), now);
  }

  /** Whether everybody is refused from there. */
  boolean isBanned(InetAddress from) {
    return addresses.isOn() && isOut(AddressBlock.of(from), millis.getAsLong());
  }

  /** Whether a client comes too often. */
  boolean isPaused(String clientId, String user) {
    return clients.isOn() && clients.isOut(Fingerprint.of(clientId, user), millis.getAsLong());
  }

  /**
   * A login failed.
   *
   * @param user whose, where there was a name to be tried
   */
  void onFailed(@Nullable String user, Origin origin) {
    long now = millis.getAsLong();
    AddressBlock block = AddressBlock.of(origin.address());
    if (pairs.isOn() && user != null && pairs.strike(pair(user, origin), now)) {
      told.banned("user '" + user + "' from " + block, pairs.text("failed logins"));
    }
    if (addresses.isOn()) {
      AddressBlock.counted(origin.address())
          .filter(from -> addresses.strike(Fingerprint.of(from.text()), now))
          .ifPresent(
              from -> told.banned("everybody from " + from, addresses.text("failed logins")));
    }
  }

  /** A login succeeded: those that failed before do not count. */
  void onAccepted(String claimed, Origin origin) {
    if (pairs.isOn()) {
      pairs.forgive(pair(claimed, origin));
    }
  }

  /** A client that has proved who it is wants to connect; says whether it comes too often. */
  boolean onConnect(Connect connect, String user) {
    if (!clients.isOn() || connect.clientId().isEmpty()) {
      return false; // an identifier that we assign is always another one
    }
    if (clients.strike(Fingerprint.of(connect.clientId(), user), millis.getAsLong())) {
      told.banned("client '" + connect.clientId() + "'", clients.text("connections"));
    }
    return isPaused(connect.clientId(), user);
  }

  private static Fingerprint pair(String user, Origin origin) {
    return Fingerprint.of(AddressBlock.of(origin.address()).text(), user);
  }

  /** Bans of a user from an address so far. */
  long ofUsers() {
    return pairs.begun();
  }

  /** Bans of an address so far. */
  long ofAddresses() {
    return addresses.begun();
  }

  /** Times a client was refused from then on because it came too often. */
  long ofClients() {
    return clients.begun();
  }
}
