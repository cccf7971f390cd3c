package io.whimbrel.core.port;

/**
 * Where a network connection comes from.
 *
 * @param address the peer's address, for people and for limits per address
 * @param transport {@code tcp}, {@code websocket}, …
 */
public record Origin(String address, String transport) {}
