package io.whimbrel.codec.sn;

/**
 * A datagram, or a frame of a stream, that is no message of MQTT-SN 1.2. Stackless and cheap;
 * whoever reads drops the datagram and counts it, as the specification knows no answer to it.
 */
public final class SnMalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String section;

  SnMalformedException(String section, String explanation) {
    super(explanation, null, false, false);
    this.section = section;
  }

  /** The section of the specification that it is not like. */
  public String section() {
    return section;
  }

  /** One line without data of the peer. */
  public String explanation() {
    return String.valueOf(getMessage());
  }
}
