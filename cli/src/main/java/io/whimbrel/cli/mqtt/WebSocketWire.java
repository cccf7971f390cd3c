package io.whimbrel.cli.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * WebSocket over a connection, as little of it as a measurement needs (RFC 6455): one opening, and
 * frames of a packet each. Used by one thread.
 */
final class WebSocketWire {
  private static final int HEAD_BYTES_MAX = 16 * 1024;
  private static final int FRAME_BYTES_MAX = 1024 * 1024;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;

  private final DataInputStream in;
  private final OutputStream out;

  /**
   * Opens it.
   *
   * @throws IOException the server does not; the message says what it said
   */
  WebSocketWire(InputStream in, OutputStream out, Target target) throws IOException {
    this.in = new DataInputStream(in);
    this.out = out;
    byte[] key = new byte[16];
    ThreadLocalRandom.current().nextBytes(key);
    String host = target.host().indexOf(':') >= 0 ? "[" + target.host() + "]" : target.host();
    String asked =
        "GET "
            + target.webSocketPath()
            + " HTTP/1.1\r\nHost: "
            + host
            + ":"
            + target.port()
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
            + Base64.getEncoder().encodeToString(key)
            + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
    out.write(asked.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    check(head());
  }

  private String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(512);
    int ending = 0;
    while (ending != 0x0D0A0D0A) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the server closed the connection instead of opening WebSocket");
      }
      if (head.size() == HEAD_BYTES_MAX) {
        throw new IOException("the server's answer is no end of headers");
      }
      head.write(next);
      ending = ending << 8 | next;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static void check(String head) throws IOException {
    String first = head.lines().findFirst().orElse("");
    if (!first.startsWith("HTTP/1.1 101")) {
      throw new IOException("the server does not open WebSocket, but says: " + first);
    }
    boolean mqtt = // [MQTT-6.0.0-4]
        head.lines()
            .map(line -> line.toLowerCase(Locale.ROOT).replace(" ", ""))
            .anyMatch("sec-websocket-protocol:mqtt"::equals);
    if (!mqtt) {
      throw new IOException("the server opens WebSocket, but not for MQTT");
    }
  }

  /** Sends a packet: masked, as all of a client is. */
  void send(byte[] packet) throws IOException {
    byte[] mask = new byte[4];
    ThreadLocalRandom.current().nextBytes(mask);
    ByteArrayOutputStream frame = new ByteArrayOutputStream(packet.length + 14);
    frame.write(0x80 | BINARY);
    if (packet.length < 126) {
      frame.write(0x80 | packet.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) packet.length >>> shift));
      }
    }
    frame.writeBytes(mask);
    for (int i = 0; i < packet.length; i++) {
      frame.write(packet[i] ^ mask[i & 3]);
    }
    frame.writeTo(out);
    out.flush();
  }

  /** The next bytes of packets; pings of the server are passed over, as this is soon over. */
  byte[] next() throws IOException {
    while (true) {
      int kind = in.readUnsignedByte() & 0x0F;
      long length = in.readUnsignedByte() & 0x7F;
      length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
      if (length < 0 || length > FRAME_BYTES_MAX) {
        throw new IOException("the server sent a frame of " + length + " bytes");
      }
      byte[] bytes = in.readNBytes((int) length);
      if (kind == CLOSE || bytes.length < length) {
        throw new EOFException("the server closed the connection");
      }
      if (kind <= BINARY) {
        return bytes;
      }
    }
  }
}
