package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.core.port.Origin;

/**
 * A client at the door.
 *
 * @param clientId that of CONNECT, or the one that was assigned
 */
record Visit(String clientId, Connect connect, Origin origin) {}
