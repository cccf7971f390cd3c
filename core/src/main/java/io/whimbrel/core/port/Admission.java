package io.whimbrel.core.port;

import org.jspecify.annotations.Nullable;

/**
 * A client that was let in.
 *
 * @param user empty for an anonymous client
 * @param method how it was found out: {@code password}, {@code certificate}, {@code anonymous}, or
 *     the name of who did
 * @param rights what it may do
 * @param stamp what its messages say of it
 * @param proof by what it was let in; where that ends, its connection does
 * @param data Authentication Data for the client, or null
 */
public record Admission(
    String user,
    String method,
    Rights rights,
    SenderStamp stamp,
    Proof proof,
    byte @Nullable [] data) {

  /** One whose messages say nothing of it, and that lasts. */
  public static Admission of(String user, String method, Rights rights) {
    return new Admission(user, method, rights, SenderStamp.NONE, Proof.LASTING, null);
  }

  /** The same with Authentication Data. */
  public Admission with(byte @Nullable [] told) {
    return new Admission(user, method, rights, stamp, proof, told);
  }

  /** The same by another proof. */
  public Admission by(Proof other) {
    return new Admission(user, method, rights, stamp, other, data);
  }
}
