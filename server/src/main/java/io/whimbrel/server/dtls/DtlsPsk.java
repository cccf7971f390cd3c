package io.whimbrel.server.dtls;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.PskPublicInformation;
import org.eclipse.californium.scandium.dtls.PskSecretResult;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedPskStore;
import org.eclipse.californium.scandium.util.SecretUtil;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;

/**
 * Gives handshakes the keys of devices. One that nobody has is made up, so that nobody learns which
 * identities there are (RFC 4279, 2). Callable from every thread.
 */
final class DtlsPsk implements AdvancedPskStore {
  private static final int OCTETS = 32;

  private final DtlsKeys keys;
  private final SecureRandom random = new SecureRandom();

  DtlsPsk(DtlsKeys keys) {
    this.keys = keys;
  }

  @Override
  public boolean hasEcdhePskSupported() {
    return true;
  }

  @Override
  public PskSecretResult requestPskSecretResult(
      ConnectionId connection,
      @Nullable ServerNames names,
      PskPublicInformation identity,
      String algorithm,
      @Nullable SecretKey other,
      byte[] seed,
      boolean extended) {
    byte[] known = keys.now().keys().get(identity.getPublicInfoAsString());
    byte[] key = new byte[OCTETS];
    random.nextBytes(key);
    byte[] used = known == null ? key : known;
    SecretKey secret = SecretUtil.create(used, PskSecretResult.ALGORITHM_PSK);
    return new PskSecretResult(connection, identity, secret, new DtlsUsedKey(used));
  }

  /** Asked of clients alone. */
  @Override
  public @Nullable PskPublicInformation getIdentity(
      InetSocketAddress peer, @Nullable ServerNames names) {
    return null;
  }

  @Override
  public void setResultHandler(HandshakeResultHandler handler) {} // the answer is there at once
}
