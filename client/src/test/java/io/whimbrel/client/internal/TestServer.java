package io.whimbrel.client.internal;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** A server that does what the test does, by the thread of the test. */
final class TestServer implements AutoCloseable {
  private static final int WAIT_MILLIS = 30_000;

  private final ServerSocket listening;

  TestServer() throws IOException {
    listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    listening.setSoTimeout(WAIT_MILLIS);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** The next connection. */
  Peer accept() throws IOException {
    return new Peer(listening.accept());
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  /** Its end of a connection. */
  static final class Peer implements AutoCloseable {
    private final Socket socket;
    private final PacketDecoder decoder = new PacketDecoder(PacketDecoder.Sender.CLIENT, 1 << 28);

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(WAIT_MILLIS);
    }

    /** What the client says next; null for the end. */
    @Nullable Packet read() throws IOException {
      byte[] bytes = new byte[1_024];
      Packet next = decoder.poll();
      while (next == null) {
        int count = socket.getInputStream().read(bytes);
        if (count < 0) {
          return null;
        }
        decoder.offer(bytes, 0, count);
        next = decoder.poll();
      }
      return next;
    }

    void write(Packet packet) throws IOException {
      ByteWriter out = new ByteWriter(64);
      PacketEncoder.encode(packet, ProtocolVersion.MQTT_5, out);
      socket.getOutputStream().write(out.toByteArray());
    }

    /** Hears CONNECT, and lets the client in. */
    Packet letIn() throws IOException {
      Packet connect = read();
      if (connect == null || connect.type() != PacketType.CONNECT) {
        throw new IOException("no CONNECT: " + connect);
      }
      write(new Connack(false, ReasonCode.SUCCESS, Properties.NONE));
      return connect;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
