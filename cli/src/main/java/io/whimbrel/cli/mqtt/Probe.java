package io.whimbrel.cli.mqtt;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * MQTT packet by packet over a connection of its own: what stands between a question and its answer
 * is the network and the server, and no queue of a client. Used by one thread.
 */
final class Probe implements AutoCloseable {
  private static final int PACKET_BYTES_MAX = 1024 * 1024;

  private final ProtocolVersion version;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final @Nullable WebSocketWire webSocket;
  private final PacketDecoder decoder =
      new PacketDecoder(PacketDecoder.Sender.SERVER, PACKET_BYTES_MAX);
  private final byte[] read = new byte[8 * 1024];

  /**
   * MQTT over a connection that stands, and over WebSocket where the target says so.
   *
   * @throws IOException there is no WebSocket
   */
  Probe(Socket socket, Target target, ProtocolVersion version) throws IOException {
    this.version = version;
    this.socket = socket;
    in = socket.getInputStream();
    out = socket.getOutputStream();
    webSocket = target.webSocketPath().isEmpty() ? null : new WebSocketWire(in, out, target);
    decoder.version(version);
  }

  /** Asks to be let in, and gives the answer. */
  Connack connect(Connect connect) throws IOException {
    send(connect);
    while (true) {
      Packet next = next();
      if (next instanceof Connack answer) {
        return answer;
      }
      if (next instanceof Disconnect) {
        throw new EOFException("the server closed the connection");
      }
    }
  }

  /** Asks whether the server is there, and returns when it says so. */
  void ping() throws IOException {
    send(Pingreq.INSTANCE);
    while (!(next() instanceof Pingresp)) {
      // what else comes, such as of a session, is not what was asked
    }
  }

  private void send(Packet packet) throws IOException {
    ByteWriter writer = new ByteWriter(256);
    PacketEncoder.encode(packet, version, writer);
    if (webSocket != null) {
      webSocket.send(writer.toByteArray());
    } else {
      out.write(writer.toByteArray());
      out.flush();
    }
  }

  private Packet next() throws IOException {
    try {
      Packet next = decoder.poll();
      while (next == null) {
        if (webSocket != null) {
          byte[] frame = webSocket.next();
          decoder.offer(frame, 0, frame.length);
        } else {
          int count = in.read(read);
          if (count < 0) {
            throw new EOFException("the server closed the connection");
          }
          decoder.offer(read, 0, count);
        }
        next = decoder.poll();
      }
      return next;
    } catch (ProtocolErrorException broken) {
      throw new IOException("that is no MQTT: " + broken.getMessage());
    }
  }

  /** Says goodbye. */
  @Override
  public void close() throws IOException {
    try (socket) {
      send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
    }
  }
}
