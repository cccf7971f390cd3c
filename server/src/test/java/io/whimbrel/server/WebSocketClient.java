package io.whimbrel.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that sends any frame, right or wrong. */
final class WebSocketClient implements AutoCloseable {
  static final int BINARY = 2;
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int LAST = 0x80;
  private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

  private final Socket socket;
  private final DataInputStream in;

  /** A frame as it came; the fragment bit is part of the first byte. */
  record Frame(int opcode, byte[] payload) {
    int closeCode() {
      return ByteBuffer.wrap(payload).getShort();
    }
  }

  WebSocketClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    in = new DataInputStream(socket.getInputStream());
  }

  /** A client whose handshake has succeeded. */
  static WebSocketClient agreed(int port) throws IOException {
    WebSocketClient client = new WebSocketClient(port);
    String answer = client.handshake("/mqtt", "Sec-WebSocket-Protocol: mqtt");
    if (!answer.startsWith("HTTP/1.1 101 ")) {
      throw new IOException(answer);
    }
    return client;
  }

  /** Sends a handshake with these further header lines and gives the head of the answer. */
  String handshake(String path, String... lines) throws IOException {
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: WebSocket\r\n"
            + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + String.join("\r\n", lines)
            + (lines.length == 0 ? "\r\n" : "\r\n\r\n");
    return request(request);
  }

  String request(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      answer.append((char) next);
    }
    return answer.toString();
  }

  void send(byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void frame(int opcode, boolean last, byte... payload) throws IOException {
    head(opcode, last, payload.length);
    byte[] masked = payload.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= MASK[i % MASK.length];
    }
    send(masked);
  }

  /** Says that so many bytes follow. */
  void head(int opcode, boolean last, long length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(14);
    head.put((byte) (last ? LAST | opcode : opcode));
    if (length < 126) {
      head.put((byte) (0x80 | length));
    } else if (length < 1 << 16) {
      head.put((byte) (0x80 | 126)).putShort((short) length);
    } else {
      head.put((byte) (0x80 | 127)).putLong(length);
    }
    head.put(MASK).flip();
    send(java.util.Arrays.copyOf(head.array(), head.limit()));
  }

  Frame read() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0F;
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    return new Frame(opcode, payload);
  }

  boolean isClosedByBroker() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
