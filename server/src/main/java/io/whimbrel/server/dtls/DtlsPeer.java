package io.whimbrel.server.dtls;

import io.whimbrel.server.net.AddressText;
import io.whimbrel.sn.SnPeer;
import java.security.cert.X509Certificate;
import org.eclipse.californium.elements.EndpointContext;
import org.jspecify.annotations.Nullable;

/**
 * A device at the other end of a DTLS session, which may be at another address than before (RFC
 * 9146). One object for each handshake: once its session is over nothing reaches it, and the device
 * is another peer of the same user. Owned by its link's loop.
 */
final class DtlsPeer implements SnPeer {
  private final String user;
  private final @Nullable X509Certificate certificate;
  private EndpointContext context;
  private boolean over;

  /**
   * @param user empty for a certificate that names nobody
   */
  DtlsPeer(String user, @Nullable X509Certificate certificate, EndpointContext context) {
    this.user = user;
    this.certificate = certificate;
    this.context = context;
  }

  /** It spoke, perhaps from elsewhere. */
  void isAt(EndpointContext now) {
    context = now;
  }

  /** Its session ended, or another took its place. */
  void isOver() {
    over = true;
  }

  boolean isThere() {
    return !over;
  }

  EndpointContext context() {
    return context;
  }

  @Override
  public String address() {
    return AddressText.of(context.getPeerAddress());
  }

  @Override
  public String user() {
    return user;
  }

  @Override
  public @Nullable X509Certificate certificate() {
    return certificate;
  }
}
