package io.whimbrel.codec;

/**
 * A peer broke the protocol. Stackless and cheap, thrown by the codec and the connection, caught in
 * one place, where it becomes a CONNACK or DISCONNECT with the reason code (5.0) or a plain close
 * (3.x) [MQTT-4.13.1-1].
 */
public final class ProtocolErrorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reason;
  private final String clause;

  /**
   * @param reason what the peer is told, where its version lets us tell it
   * @param clause the identifier or section of the rule that was broken, such as {@code
   *     MQTT-3.1.2-3}
   * @param explanation one line for logs and the Reason String; holds no data of the peer
   */
  public ProtocolErrorException(ReasonCode reason, String clause, String explanation) {
    super(explanation, null, false, false);
    this.reason = reason;
    this.clause = clause;
  }

  /** What the peer is told. */
  public ReasonCode reason() {
    return reason;
  }

  /** The rule that was broken. */
  public String clause() {
    return clause;
  }

  /** One line without data of the peer. */
  public String explanation() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
