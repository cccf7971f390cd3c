package io.whimbrel.codec.sn;

/** What a gateway, or a client that is asked, says of a request (5.3.10, table 5). */
public enum SnReturnCode {
  ACCEPTED,
  /** Rejected: congestion. Worth another try after T_WAIT, more than five minutes (7.2). */
  CONGESTION,
  /** Rejected: invalid topic ID. */
  INVALID_TOPIC_ID,
  /** Rejected: not supported. */
  NOT_SUPPORTED;

  /** Its octet on the wire. */
  public int code() {
    return ordinal();
  }

  /** Reserved codes reject like any other, and nothing is known of why. */
  static SnReturnCode of(int code) {
    return code < values().length ? values()[code] : NOT_SUPPORTED;
  }
}
