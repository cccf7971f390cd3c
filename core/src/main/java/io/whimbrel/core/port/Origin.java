package io.whimbrel.core.port;

/**
 * Where a network connection comes from.
 *
 * @param address the peer's address, for people and for limits per address
 * @param transport {@code tcp}, {@code websocket}, …
 * @param durability what the acknowledgements sent on it wait for: its listener's level
 */
public record Origin(String address, String transport, DurabilityLevel durability) {

  /** One whose acknowledgements wait for the disk. */
  public Origin(String address, String transport) {
    this(address, transport, DurabilityLevel.DISK);
  }
}
