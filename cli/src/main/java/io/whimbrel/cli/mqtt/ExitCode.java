package io.whimbrel.cli.mqtt;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;

/** What the tools end with: the numbers of Mosquitto's. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int CONNECTION_LOST = 7;
  static final int TLS_FAILED = 8;
  static final int TIMED_OUT = 27;

  private ExitCode() {}

  /** Of a refusal: the code of CONNACK, as it is in the version that was spoken (3.2.2.3). */
  static int ofRefusal(ReasonCode reason, ProtocolVersion version) {
    if (version.isFive()) {
      return reason.code();
    }
    return switch (reason) {
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case SERVER_UNAVAILABLE -> 3;
      case BAD_USER_NAME_OR_PASSWORD -> 4;
      case NOT_AUTHORIZED -> 5;
      default -> FAILED;
    };
  }

  /** Where no broker was reached: a client says why in words alone. */
  static int ofFailure(String why) {
    boolean encryption = why.startsWith("TLS: ");
    boolean closed = why.equals("the server closed the connection");
    return encryption ? TLS_FAILED : closed ? CONNECTION_LOST : FAILED;
  }
}
