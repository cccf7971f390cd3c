package io.whimbrel.server.sn;

import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.server.config.SnLinkConfig;

/**
 * A serial line. Immutable.
 *
 * @param device its path, {@code /dev/ttyUSB0}, or its name, {@code COM3}
 * @param baud bits a second
 * @param rtsCts whether the two ends stop each other with RTS and CTS
 * @param datagramBytesMax the longest datagram, octets: to send, and without a radio to receive
 */
public record SerialSettings(String device, int baud, boolean rtsCts, int datagramBytesMax) {
  /** Checks them. */
  public SerialSettings {
    if (device.isEmpty() || baud < 1) {
      throw new IllegalArgumentException("a serial line '" + device + "' of " + baud + " baud");
    }
    if (datagramBytesMax < 32 || datagramBytesMax > SnEncoder.SIZE_MAX) {
      throw new IllegalArgumentException("datagrams of up to " + datagramBytesMax + " octets");
    }
  }

  /** Those of a link. */
  static SerialSettings of(SnLinkConfig config) {
    SnLinkConfig.Line line = config.line();
    return new SerialSettings(
        line.device().orElseThrow().toString(),
        line.baudRate(),
        line.rtsCts(),
        config.datagramBytesMax());
  }
}
