package io.whimbrel.spi;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What a client shows of itself.
 *
 * @param clientId the Client Identifier, also where the broker assigned it
 * @param password belongs to whoever is asked; never to be logged
 * @param certificate that the client proved to be its own
 * @param address such as {@code 192.0.2.1:49152}
 * @param listener {@code tcp}, {@code websocket}, {@code tls}, {@code wss} or {@code unix}
 * @param protocolVersion 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5.0
 */
public record Credentials(
    String clientId,
    Optional<String> userName,
    Optional<byte[]> password,
    Optional<X509Certificate> certificate,
    String address,
    String listener,
    int protocolVersion) {

  /** Without the password. */
  @Override
  public String toString() {
    return "Credentials[" + clientId + ", " + userName + ", " + address + ", " + listener + "]";
  }
}
