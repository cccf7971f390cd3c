package io.whimbrel.core.connection;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Utf8;
import io.whimbrel.core.port.Limits;

/**
 * Holds a payload against its Payload Format Indicator, where the setting asks for it (3.3.2.3.2).
 */
final class PayloadFormat {
  private PayloadFormat() {}

  static boolean isValid(Properties properties, byte[] payload, Limits limits) {
    return !limits.payloadFormatCheck()
        || properties.number(PropertyId.PAYLOAD_FORMAT_INDICATOR, 0) == 0
        || isText(payload);
  }

  static void check(Properties properties, byte[] payload, Limits limits) {
    if (!isValid(properties, payload, limits)) {
      throw new ProtocolErrorException(
          ReasonCode.PAYLOAD_FORMAT_INVALID, "3.1.3.2.3", "the will's payload is not UTF-8");
    }
  }

  /** Well-formed UTF-8; unlike in a string of a packet, U+0000 may stand in a payload. */
  private static boolean isText(byte[] payload) {
    int from = 0;
    for (int at = 0; at <= payload.length; at++) {
      if (at == payload.length || payload[at] == 0) {
        if (!Utf8.isValid(payload, from, at)) {
          return false;
        }
        from = at + 1;
      }
    }
    return true;
  }
}
