package io.whimbrel.sn;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway knows of devices by their Client Identifiers. Called on the thread of the
 * gateway's shard; nothing here blocks or fails.
 */
public interface SnClients {
  /** Any device may come, and none has topics of its own. */
  SnClients ANY = new SnClients() {};

  /**
   * Whether a device may have this Client Identifier.
   *
   * @param user who it has proved to be, see {@link SnPeer#user}
   */
  default boolean mayBe(String clientId, @Nullable String user) {
    return true;
  }

  /** Topics that this device alone knows by an id, beside or instead of those all know (6.7). */
  default Map<Integer, String> predefined(String clientId) {
    return Map.of();
  }
}
