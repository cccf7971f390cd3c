package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * MQTT in binary WebSocket frames (RFC 6455). Payload is handed on as it comes, so that no frame is
 * ever gathered in memory however long it says it is; MQTT packets may begin and end anywhere in
 * one [MQTT-6.0.0-2]. Valid for one connection, owned by its loop.
 *
 * <pre>
 * HEAD ──complete──► PAYLOAD ──last byte──► HEAD        CLOSED takes nothing
 *   └──against the rules, or a close frame──► CLOSED
 * </pre>
 */
final class WebSocketFraming implements Framing {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private static final int NORMAL = 1000;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int UNACCEPTABLE = 1003;
  private static final int TOO_BIG = 1009;

  private static final int HEAD_MIN = 2;
  private static final int HEAD_MAX = 14;
  private static final int MASK_BYTES = 4;
  private static final int CONTROL_MAX = 125;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_64 = 127;

  private final int frameBytesMax;
  private final int firstFrameBytesMax;

  // Valid for the connection.
  private boolean agreed;
  private boolean inMessage;
  private boolean closed;
  private int closeCode = NORMAL;

  // Valid for one frame.
  private final byte[] head = new byte[HEAD_MAX];
  private int headFilled;
  private int headNeeded = HEAD_MIN;
  private boolean inPayload;
  private int opcode;
  private long left;
  private int mask;
  private byte[] control = NO_BYTES;
  private int controlFilled;

  private static final byte[] NO_BYTES = {};

  /**
   * @param frameBytesMax the largest frame of a client that is connected
   * @param firstFrameBytesMax the largest frame before that
   */
  WebSocketFraming(int frameBytesMax, int firstFrameBytesMax) {
    this.frameBytesMax = frameBytesMax;
    this.firstFrameBytesMax = Math.min(firstFrameBytesMax, frameBytesMax);
  }

  /** The handshake is over: what comes and goes from now on are frames. */
  void begin() {
    agreed = true;
  }

  @Override
  public void read(byte[] bytes, int from, int to, ChannelPeer peer) {
    int at = from;
    while (at < to && !closed) {
      at = inPayload ? readPayload(bytes, at, to, peer) : readHead(bytes, at, to, peer);
    }
  }

  // ---------------------------------------------------------------- heads

  private int readHead(byte[] bytes, int from, int to, ChannelPeer peer) {
    int at = from;
    while (at < to && headFilled < headNeeded) {
      head[headFilled++] = bytes[at++];
      if (headFilled == HEAD_MIN) {
        headNeeded = headBytes(head[1] & 0x7F);
      }
    }
    if (headFilled == headNeeded) {
      headFilled = 0;
      headNeeded = HEAD_MIN;
      onHead(peer);
    }
    return at;
  }

  private static int headBytes(int length) {
    return HEAD_MIN + MASK_BYTES + (length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0);
  }

  private void onHead(ChannelPeer peer) {
    boolean last = (head[0] & 0x80) != 0;
    opcode = head[0] & 0x0F;
    left = number();
    if ((head[0] & 0x70) != 0) {
      fail(peer, PROTOCOL_ERROR, "a WebSocket frame with bits of an extension nobody agreed on");
    } else if ((head[1] & 0x80) == 0) {
      fail(peer, PROTOCOL_ERROR, "a WebSocket frame without a mask");
    } else if (opcode >= CLOSE) {
      onControlHead(peer, last);
    } else {
      onMessageHead(peer, last);
    }
  }

  /** The payload length, negative where it has no meaning; takes the mask along. */
  private long number() {
    int short7 = head[1] & 0x7F;
    int bytes = short7 == LENGTH_16 ? 2 : short7 == LENGTH_64 ? 8 : 0;
    long length = bytes == 0 ? short7 : 0;
    for (int i = 0; i < bytes; i++) {
      length = (length << 8) | (head[HEAD_MIN + i] & 0xFF);
    }
    mask = 0;
    for (int i = 0; i < MASK_BYTES; i++) {
      mask = (mask << 8) | (head[HEAD_MIN + bytes + i] & 0xFF);
    }
    return length;
  }

  private void onControlHead(ChannelPeer peer, boolean last) {
    if (opcode > PONG || !last || left > CONTROL_MAX) {
      fail(peer, PROTOCOL_ERROR, "a WebSocket control frame that is none");
      return;
    }
    control = new byte[(int) left];
    controlFilled = 0;
    inPayload = left > 0;
    if (left == 0) {
      onControl(peer);
    }
  }

  private void onMessageHead(ChannelPeer peer, boolean last) {
    int most = peer.isServed() ? frameBytesMax : firstFrameBytesMax;
    if (opcode == TEXT) { // [MQTT-6.0.0-1]
      fail(peer, UNACCEPTABLE, "a WebSocket text frame: MQTT is binary");
    } else if (opcode > BINARY || (opcode == CONTINUATION) != inMessage) {
      fail(peer, PROTOCOL_ERROR, "a WebSocket frame out of turn");
    } else if (left < 0 || left > most) {
      fail(peer, TOO_BIG, "a WebSocket frame of " + left + " bytes, allowed: " + most);
    } else {
      inMessage = !last;
      inPayload = left > 0;
    }
  }

  // ---------------------------------------------------------------- payloads

  private int readPayload(byte[] bytes, int from, int to, ChannelPeer peer) {
    int until = (int) Math.min(to, from + left);
    for (int i = from; i < until; i++) {
      bytes[i] ^= (byte) (mask >>> 24);
      mask = mask << 8 | mask >>> 24;
    }
    left -= until - from;
    inPayload = left > 0;
    if (opcode < CLOSE) {
      peer.received(bytes, from, until);
      return until;
    }
    System.arraycopy(bytes, from, control, controlFilled, until - from);
    controlFilled += until - from;
    if (left == 0) {
      onControl(peer);
    }
    return until;
  }

  private void onControl(ChannelPeer peer) {
    if (opcode == PING) {
      peer.answer(frame(PONG, control));
    } else if (opcode == CLOSE) {
      closed = true;
      if (control.length >= 2) {
        closeCode = ((control[0] & 0xFF) << 8) | (control[1] & 0xFF);
      }
      peer.lost();
    }
  }

  private void fail(ChannelPeer peer, int code, String why) {
    closed = true;
    closeCode = code;
    peer.fail(why);
  }

  // ---------------------------------------------------------------- out

  private static ByteBuf frame(int opcode, byte[] payload) {
    ByteBuf out = Unpooled.buffer(HEAD_MIN + payload.length);
    out.writeByte(0x80 | opcode).writeByte(payload.length).writeBytes(payload);
    return out;
  }

  @Override
  public int headBytesMax() {
    return HEAD_MIN + 8;
  }

  @Override
  public void writeHead(ByteBuf out, int length) {
    out.writeByte(0x80 | BINARY); // [MQTT-6.0.0-1]
    if (length < LENGTH_16) {
      out.writeByte(length);
    } else if (length < 1 << 16) {
      out.writeByte(LENGTH_16).writeShort(length);
    } else {
      out.writeByte(LENGTH_64).writeLong(length);
    }
  }

  @Override
  public void writeFarewell(ByteBuf out) {
    if (agreed) {
      out.writeByte(0x80 | CLOSE).writeByte(2).writeShort(closeCode);
    }
  }
}
