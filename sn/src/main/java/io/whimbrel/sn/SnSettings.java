package io.whimbrel.sn;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway behaves. Immutable.
 *
 * @param gatewayId of ADVERTISE and GWINFO, 0 to 255
 * @param advertiseSeconds between two ADVERTISE, 0 for none
 * @param retryMillis T_retry: how long an answer of a device is waited for
 * @param retriesMax N_retry: how often it is asked again before it is lost
 * @param devicesMax devices and conversations that begin, at once
 * @param topicsMax topic ids of a device
 * @param predefined topics by id, for all devices
 * @param withoutConnection whether QoS -1 is taken
 * @param forwarders whether forwarders may speak for others
 * @param moves whether a sleeper may wake up at another address, though nothing proves that it is
 *     the same; one that has proved who it is may anyway
 * @param clients what is known of devices by their names
 * @param user who its devices are where their link proves nothing; null for nobody
 */
public record SnSettings(
    int gatewayId,
    int advertiseSeconds,
    long retryMillis,
    int retriesMax,
    int devicesMax,
    int topicsMax,
    Map<Integer, String> predefined,
    boolean withoutConnection,
    boolean forwarders,
    boolean moves,
    SnClients clients,
    @Nullable String user) {

  /** What holds where nothing is said: T_retry and N_retry of 7.2, and nothing that is optional. */
  public static final SnSettings DEFAULTS =
      new SnSettings(1, 900, 10_000, 5, 10_000, 1_000, Map.of(), false, false, false);

  /** Keeps a copy. */
  public SnSettings {
    predefined = Map.copyOf(predefined);
  }

  /** Of a gateway that lets in anybody. */
  public SnSettings(
      int gatewayId,
      int advertiseSeconds,
      long retryMillis,
      int retriesMax,
      int devicesMax,
      int topicsMax,
      Map<Integer, String> predefined,
      boolean withoutConnection,
      boolean forwarders,
      boolean moves) {
    this(
        gatewayId,
        advertiseSeconds,
        retryMillis,
        retriesMax,
        devicesMax,
        topicsMax,
        predefined,
        withoutConnection,
        forwarders,
        moves,
        SnClients.ANY,
        null);
  }

  /** The same, knowing its devices. */
  public SnSettings knowing(SnClients known, @Nullable String theirUser) {
    return new SnSettings(
        gatewayId,
        advertiseSeconds,
        retryMillis,
        retriesMax,
        devicesMax,
        topicsMax,
        predefined,
        withoutConnection,
        forwarders,
        moves,
        known,
        theirUser);
  }
}
