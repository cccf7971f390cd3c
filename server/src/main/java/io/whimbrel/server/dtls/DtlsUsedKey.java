package io.whimbrel.server.dtls;

import java.security.MessageDigest;
import java.security.Principal;
import java.util.Map;
import org.eclipse.californium.elements.auth.AdditionalInfo;
import org.eclipse.californium.elements.auth.PreSharedKeyIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The pre-shared key that a handshake was made with, which stays with the session, also where that
 * is resumed: one whose key is another by now is not served any more.
 */
final class DtlsUsedKey {
  private static final String NAME = "key";

  private final byte[] key;

  /**
   * @param key never changed
   */
  DtlsUsedKey(byte[] key) {
    this.key = key;
  }

  /** What a session keeps of its handshake; null where that used no key. */
  static @Nullable AdditionalInfo kept(Principal who, @Nullable Object used) {
    return used instanceof DtlsUsedKey ? AdditionalInfo.from(Map.of(NAME, used)) : null;
  }

  /** Whether the session of this identity was made with that key. */
  static boolean isOf(PreSharedKeyIdentity identity, byte @Nullable [] now) {
    @Nullable DtlsUsedKey used = identity.getExtendedInfo().get(NAME, DtlsUsedKey.class);
    return used != null && now != null && MessageDigest.isEqual(used.key, now);
  }

  /** Without anything secret. */
  @Override
  public String toString() {
    return "DtlsUsedKey[]";
  }
}
