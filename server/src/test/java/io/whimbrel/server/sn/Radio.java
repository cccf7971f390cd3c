package io.whimbrel.server.sn;

import io.whimbrel.codec.sn.XbeeMode;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** The frames of an XBee radio, made by the book and not by the code that is tested. */
final class Radio {
  private final XbeeMode mode;

  Radio(XbeeMode mode) {
    this.mode = mode;
  }

  /** A Receive Packet. */
  byte[] received(long from, String datagram) {
    return frame("90" + HexFormat.of().toHexDigits(from) + "fffe01" + datagram);
  }

  /** A Transmit Request, as hex. */
  String request(int frameId, long to, int radius, String datagram) {
    String data =
        "10"
            + HexFormat.of().toHexDigits((byte) frameId)
            + HexFormat.of().toHexDigits(to)
            + "fffe"
            + HexFormat.of().toHexDigits((byte) radius)
            + "00"
            + datagram;
    return HexFormat.of().formatHex(frame(data));
  }

  /** A frame of these octets. */
  byte[] frame(String hex) {
    byte[] data = HexFormat.of().parseHex(hex.replace(" ", ""));
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x7e);
    int sum = 0;
    put(data.length >> 8, frame);
    put(data.length & 0xff, frame);
    for (byte octet : data) {
      put(octet & 0xff, frame);
      sum += octet & 0xff;
    }
    put(0xff - sum % 256, frame);
    return frame.toByteArray();
  }

  private void put(int octet, ByteArrayOutputStream frame) {
    if (mode == XbeeMode.ESCAPED
        && (octet == 0x7e || octet == 0x7d || octet == 0x11 || octet == 0x13)) {
      frame.write(0x7d);
      frame.write(octet ^ 0x20);
    } else {
      frame.write(octet);
    }
  }
}
