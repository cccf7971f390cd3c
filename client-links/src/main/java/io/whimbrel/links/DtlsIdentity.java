package io.whimbrel.links;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By what a device proves to be itself over DTLS, and by what it knows its gateway. Immutable. */
public final class DtlsIdentity {
  final String name;
  final byte @Nullable [] secret;
  final @Nullable PrivateKey key;
  final List<X509Certificate> chain;
  final List<X509Certificate> trusted;

  private DtlsIdentity(
      String name,
      byte @Nullable [] secret,
      @Nullable PrivateKey key,
      List<X509Certificate> chain,
      List<X509Certificate> trusted) {
    this.name = name;
    this.secret = secret;
    this.key = key;
    this.chain = List.copyOf(chain);
    this.trusted = List.copyOf(trusted);
  }

  /**
   * A pre-shared key (RFC 4279), which the gateway knows too.
   *
   * @param identity its name; the user name, for the broker
   * @param key 1 to 64 octets, copied
   * @throws IllegalArgumentException there is no name, or no key of that length
   */
  public static DtlsIdentity key(String identity, byte[] key) {
    if (identity.isEmpty() || key.length < 1 || key.length > 64) {
      throw new IllegalArgumentException("a name, and a key of 1 to 64 octets");
    }
    return new DtlsIdentity(identity, key.clone(), null, List.of(), List.of());
  }

  /**
   * A certificate.
   *
   * @param chain it, and its issuers as far as the gateway does not know them
   * @param trusted whose certificates gateways have
   * @throws IllegalArgumentException there is no certificate, or nobody is trusted
   */
  public static DtlsIdentity certificate(
      PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {
    if (chain.isEmpty() || trusted.isEmpty()) {
      throw new IllegalArgumentException("a certificate, and one at least that is trusted");
    }
    return new DtlsIdentity("", null, key, chain, trusted);
  }

  /** Without anything secret. */
  @Override
  public String toString() {
    return secret == null
        ? String.valueOf(chain.get(0).getSubjectX500Principal())
        : "the key of " + name;
  }
}
