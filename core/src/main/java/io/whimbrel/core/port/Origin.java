package io.whimbrel.core.port;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Where a network connection comes from.
 *
 * @param address the peer's address, for people and for limits per address
 * @param transport {@code tcp}, {@code websocket}, {@code tls}, {@code wss}, …
 * @param durability what the acknowledgements sent on it wait for: its listener's level
 * @param certificate what the peer proved to be its own, or null
 * @param user whom the link itself knows the peer to be, such as by a pre-shared key, or null
 */
public record Origin(
    String address,
    String transport,
    DurabilityLevel durability,
    @Nullable X509Certificate certificate,
    @Nullable String user) {
  /** Of a client that was connected to an earlier run of the broker. */
  public static final Origin FORGOTTEN = new Origin("", "");

  /** One that only a certificate may tell who it is. */
  public Origin(
      String address,
      String transport,
      DurabilityLevel durability,
      @Nullable X509Certificate certificate) {
    this(address, transport, durability, certificate, null);
  }

  /** One that showed no certificate. */
  public Origin(String address, String transport, DurabilityLevel durability) {
    this(address, transport, durability, null);
  }

  /** One whose acknowledgements wait for the disk, and that showed no certificate. */
  public Origin(String address, String transport) {
    this(address, transport, DurabilityLevel.DISK);
  }
}
