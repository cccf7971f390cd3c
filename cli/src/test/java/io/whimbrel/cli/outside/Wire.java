package io.whimbrel.cli.outside;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network connection that says whatever it is told to, and reads what comes of it. */
final class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS =
      (int) TimeUnit.SECONDS.toMillis(BrokerProcess.PATIENCE_SECONDS);

  private final Socket socket;
  private final PacketDecoder decoder;
  private final ProtocolVersion version;
  private final byte[] buffer = new byte[65_536];

  Wire(BrokerProcess broker, ProtocolVersion version) throws IOException {
    this(new Socket(), version);
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.tcpPort()), PATIENCE_MILLIS);
  }

  /** On a socket of any kind. */
  Wire(Socket socket, ProtocolVersion version) throws IOException {
    this.socket = socket;
    this.version = version;
    decoder = new PacketDecoder(PacketDecoder.Sender.SERVER, 100_000_000);
    decoder.version(version);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  Socket socket() {
    return socket;
  }

  /** A CONNECT that leaves nothing behind. */
  static Connect connect(ProtocolVersion version, String clientId) {
    return new Connect(version, true, 0, Properties.NONE, clientId, null, null, null);
  }

  static byte[] bytes(Packet packet, ProtocolVersion version) {
    ByteWriter writer = new ByteWriter(64);
    PacketEncoder.encode(packet, version, writer);
    return writer.toByteArray();
  }

  Wire send(Packet packet) throws IOException {
    return send(bytes(packet, version));
  }

  /** Says some bytes; a peer that has hung up meanwhile is no failure of ours. */
  Wire send(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException hungUp) {
      return this;
    }
    return this;
  }

  /** Says that nothing more will be said. */
  void finish() throws IOException {
    try {
      socket.shutdownOutput();
    } catch (SocketException hungUp) {
      return;
    }
  }

  /** The next packet, or null where the broker has hung up. */
  Packet next() throws IOException {
    Packet packet = decoder.poll();
    while (packet == null) {
      int count = read();
      if (count < 0) {
        return null;
      }
      decoder.offer(buffer, 0, count);
      packet = decoder.poll();
    }
    return packet;
  }

  /** All that comes until the broker hangs up. */
  List<Packet> rest() throws IOException {
    List<Packet> packets = new ArrayList<>();
    for (Packet packet = next(); packet != null; packet = next()) {
      packets.add(packet);
    }
    return packets;
  }

  /** All bytes that come until the broker hangs up, whatever they mean. */
  byte[] restOfBytes() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int count = read(); count >= 0; count = read()) {
      all.write(buffer, 0, count);
    }
    return all.toByteArray();
  }

  private int read() throws IOException {
    try {
      return socket.getInputStream().read(buffer);
    } catch (SocketException reset) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
