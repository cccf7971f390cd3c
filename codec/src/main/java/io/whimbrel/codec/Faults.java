package io.whimbrel.codec;

/** The two ways a packet is wrong (4.13): it cannot be read, or it may not be said. */
final class Faults {
  private Faults() {}

  static ProtocolErrorException malformed(String clause, String explanation) {
    return new ProtocolErrorException(ReasonCode.MALFORMED_PACKET, clause, explanation);
  }

  static ProtocolErrorException protocol(String clause, String explanation) {
    return new ProtocolErrorException(ReasonCode.PROTOCOL_ERROR, clause, explanation);
  }
}
