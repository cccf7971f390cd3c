package io.whimbrel.spi;

import java.util.Set;

/**
 * A client that is let in.
 *
 * @param user empty for an anonymous one
 * @param method how it was found out: {@code password}, {@code certificate}, {@code anonymous}, or
 *     the name of an {@link Authenticator}
 * @param groups as the authenticator gave them
 * @param address as {@link Credentials#address}
 * @param listener as {@link Credentials#listener}
 */
public record Client(
    String clientId,
    String user,
    String method,
    Set<String> groups,
    String address,
    String listener) {}
