package io.whimbrel.codec.sn;

import io.whimbrel.codec.ByteWriter;

/** Writes the API frames that an XBee radio is told by on its serial line. For any thread. */
public final class XbeeWriter {
  /** The 64-bit address of all nodes. */
  public static final long BROADCAST = 0xFFFF;

  /** The 64-bit address of the coordinator of a ZigBee network. */
  public static final long COORDINATOR = 0;

  /** The longest datagram that a frame holds; radios take far less, by their parameter NP. */
  public static final int DATAGRAM_BYTES_MAX = 0xFFFF - 14;

  private static final int TRANSMIT_REQUEST = 0x10;
  private static final int ADDRESS_16_UNKNOWN = 0xFFFE;
  private static final int HEADER = 14;

  private XbeeWriter() {}

  /**
   * A Transmit Request (0x10).
   *
   * @param frameId 1 to 255, that of the Transmit Status that answers; 0 for no answer
   * @param to the 64-bit address of a node, {@link #COORDINATOR} or {@link #BROADCAST}
   * @param radius in hops, 0 to 255, of a broadcast; 0 for as far as the network goes
   * @throws IllegalArgumentException one of them is none, or the datagram is too long
   */
  public static byte[] transmit(XbeeMode mode, int frameId, long to, int radius, byte[] datagram) {
    if ((frameId | radius) >>> 8 != 0 || datagram.length > DATAGRAM_BYTES_MAX) {
      throw new IllegalArgumentException(
          "frame " + frameId + ", radius " + radius + ", " + datagram.length + " octets");
    }
    ByteWriter data = new ByteWriter(HEADER + datagram.length);
    data.putByte(TRANSMIT_REQUEST);
    data.putByte(frameId);
    data.putInt((int) (to >>> 32));
    data.putInt((int) to);
    data.putShort(ADDRESS_16_UNKNOWN);
    data.putByte(radius);
    data.putByte(0); // no options
    data.putBytes(datagram, 0, datagram.length);
    return frame(mode, data);
  }

  private static byte[] frame(XbeeMode mode, ByteWriter data) {
    ByteWriter frame = new ByteWriter(data.size() + data.size() / 8 + 4);
    frame.putByte(XbeeReader.BEGIN);
    put(mode, data.size() >>> 8, frame);
    put(mode, data.size(), frame);
    int sum = 0;
    for (int i = 0; i < data.size(); i++) {
      put(mode, data.array()[i], frame);
      sum += data.array()[i];
    }
    put(mode, 0xFF - sum, frame);
    return frame.toByteArray();
  }

  private static void put(XbeeMode mode, int value, ByteWriter frame) {
    int octet = value & 0xFF;
    if (mode == XbeeMode.ESCAPED && isEscaped(octet)) {
      frame.putByte(XbeeReader.ESCAPE);
      frame.putByte(octet ^ XbeeReader.ESCAPED_BY);
    } else {
      frame.putByte(octet);
    }
  }

  private static boolean isEscaped(int octet) {
    return octet == XbeeReader.BEGIN
        || octet == XbeeReader.ESCAPE
        || octet == 0x11 // XON
        || octet == 0x13; // XOFF
  }
}
