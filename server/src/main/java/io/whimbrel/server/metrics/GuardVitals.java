package io.whimbrel.server.metrics;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What was done about those who take too much; each is read by any thread.
 *
 * @param failed logins that failed
 * @param delayed answers to these that are kept back now
 * @param userBans bans of a user from an address
 * @param addressBans bans of an address
 * @param clientBans times a client was refused for a while because it came too often
 * @param unchecked CONNECT packets refused because of these
 * @param unfinishedBytes bytes that came and are not handled
 * @param overloaded whether new connections are turned away
 */
public record GuardVitals(
    LongSupplier failed,
    LongSupplier delayed,
    LongSupplier userBans,
    LongSupplier addressBans,
    LongSupplier clientBans,
    LongSupplier unchecked,
    LongSupplier unfinishedBytes,
    BooleanSupplier overloaded) {
  /** Where nobody does. */
  public static final GuardVitals NONE =
      new GuardVitals(() -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> false);
}
