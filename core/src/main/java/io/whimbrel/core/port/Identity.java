package io.whimbrel.core.port;

/**
 * Who a connection speaks for, as the authenticator found it.
 *
 * @param user empty for an anonymous client
 */
public record Identity(String clientId, String user, Origin origin) {}
