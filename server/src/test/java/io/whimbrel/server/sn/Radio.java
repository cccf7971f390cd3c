package io.whimbrel.server.sn;

import io.whimbrel.codec.sn.XbeeMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;

/** The frames of an XBee radio, made by the book and not by the code that is tested. */
public final class Radio {
  private final XbeeMode mode;

  /** One whose frames stand on the line like that. */
  public Radio(XbeeMode mode) {
    this.mode = mode;
  }

  /** A Receive Packet. */
  public byte[] received(long from, String datagram) {
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
  public byte[] frame(String hex) {
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

  /** What the radio is told to send, of which nothing else stands before it on the line. */
  public Sent sent(Octets line) throws IOException, InterruptedException {
    if (line.next() != 0x7e) {
      throw new IOException("no frame begins");
    }
    int length = escaped(line) << 8 | escaped(line);
    byte[] data = new byte[length];
    int sum = 0;
    for (int i = 0; i < length; i++) {
      data[i] = (byte) escaped(line);
      sum += data[i];
    }
    if (((sum + escaped(line)) & 0xff) != 0xff) {
      throw new IOException("the checksum is wrong");
    }
    String hex = HexFormat.of().formatHex(data);
    if (!hex.startsWith("10") || !hex.startsWith("fffe", 20) || !hex.startsWith("00", 26)) {
      throw new IOException("no Transmit Request: " + hex);
    }
    return new Sent(
        HexFormat.fromHexDigitsToLong(hex, 4, 20),
        data[12] & 0xff,
        data[1] & 0xff,
        hex.substring(28));
  }

  private int escaped(Octets line) throws IOException, InterruptedException {
    int octet = line.next();
    if (mode == XbeeMode.ESCAPED && (octet == 0x7e || octet == 0x11 || octet == 0x13)) {
      throw new IOException("an octet that is not escaped");
    }
    return mode == XbeeMode.ESCAPED && octet == 0x7d ? line.next() ^ 0x20 : octet;
  }

  /** A datagram to a node. */
  public record Sent(long to, int radius, int frameId, String datagram) {}

  /** A line that is read octet by octet. */
  @FunctionalInterface
  public interface Octets {
    /** The next one, 0 to 255. */
    int next() throws IOException, InterruptedException;
  }
}
