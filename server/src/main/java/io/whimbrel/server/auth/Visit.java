package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.core.port.Origin;
import java.util.function.BooleanSupplier;

/**
 * A client at the door.
 *
 * @param clientId that of CONNECT, or the one that was assigned
 * @param awaited whether it is still there, as far as is known
 */
public record Visit(String clientId, Connect connect, Origin origin, BooleanSupplier awaited) {}
