package io.whimbrel.core.port;

/**
 * What a client was let in by, such as a token, and how long that counts.
 *
 * @param issuer who says so, empty where that is nobody else
 * @param subject whom it is about to the issuer, empty where it says none
 * @param id its own, such as {@code jti}, empty where it has none
 * @param lastsMillis from when the client is let in; {@link #ALWAYS}: it does not end
 */
public record Proof(String issuer, String subject, String id, long lastsMillis) {
  /** No end. */
  public static final long ALWAYS = Long.MAX_VALUE;

  /** One that says nothing and does not end, as a password. */
  public static final Proof LASTING = new Proof("", "", "", ALWAYS);
}
