package io.whimbrel.core.port;

/**
 * Who a connection speaks for, as the authenticator found it.
 *
 * @param user empty for an anonymous client
 * @param method as {@link Admission#method}; empty where it is not known any more
 * @param proof by what it was let in
 */
public record Identity(String clientId, String user, String method, Origin origin, Proof proof) {
  /** One by a proof that says nothing. */
  public Identity(String clientId, String user, String method, Origin origin) {
    this(clientId, user, method, origin, Proof.LASTING);
  }
}
