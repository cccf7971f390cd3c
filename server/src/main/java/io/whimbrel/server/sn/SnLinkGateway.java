package io.whimbrel.server.sn;

import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.sn.SnGateway;
import io.whimbrel.sn.SnLink;
import io.whimbrel.sn.SnObserver;

/** Makes the gateway of a link as it is configured. */
public final class SnLinkGateway {
  private SnLinkGateway() {}

  /** The gateway of this link on this shard. */
  public static SnGateway of(SnLinkConfig config, Shard shard, SnLink link, SnObserver observer) {
    return new SnGateway(
        shard,
        link,
        config.settings(),
        observer,
        config.kind().listener().word(),
        config.durability(),
        config.title(shard.shard()));
  }
}
