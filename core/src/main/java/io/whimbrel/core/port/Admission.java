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
 * @param data Authentication Data for the client, or null
 */
public record Admission(
    String user, String method, Rights rights, SenderStamp stamp, byte @Nullable [] data) {

  /** One whose messages say nothing of it. */
  public static Admission of(String user, String method, Rights rights) {
    return new Admission(user, method, rights, SenderStamp.NONE, null);
  }

  /** The same with Authentication Data. */
  public Admission with(byte @Nullable [] told) {
    return new Admission(user, method, rights, stamp, told);
  }
}
