package io.whimbrel.server;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/** A client that blocks and does nothing on its own: what a test sends is all that is sent. */
final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int PACKET_SIZE_MAX = 268_435_455;

  final Socket socket;
  private final ProtocolVersion version;
  private final PacketDecoder decoder =
      new PacketDecoder(PacketDecoder.Sender.SERVER, PACKET_SIZE_MAX);
  private final byte[] received = new byte[64 * 1024];

  RawClient(int port, ProtocolVersion version) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port), version);
  }

  /** A client on a socket that is connected. */
  RawClient(Socket socket, ProtocolVersion version) throws IOException {
    this.socket = socket;
    this.socket.setSoTimeout(TIMEOUT_MILLIS);
    this.socket.setTcpNoDelay(true);
    this.version = version;
    this.decoder.version(version);
  }

  /** A client that has its CONNACK. */
  static RawClient connected(int port, ProtocolVersion version, String clientId)
      throws IOException {
    RawClient client = new RawClient(port, version);
    client.send(connect(version, clientId));
    client.read(Connack.class);
    return client;
  }

  static Connect connect(ProtocolVersion version, String clientId) {
    return new Connect(version, true, 0, Properties.NONE, clientId, null, null, null);
  }

  void subscribe(String filter, Qos qos) throws IOException {
    SubscriptionRequest request =
        new SubscriptionRequest(TopicFilter.of(filter), qos, false, false, RetainHandling.SEND);
    send(new Subscribe(1, Properties.NONE, List.of(request)));
    read(Suback.class);
  }

  void publish(String topic, byte[] payload, Qos qos, int packetId) throws IOException {
    send(new Publish(false, qos, false, TopicName.of(topic), packetId, Properties.NONE, payload));
  }

  void send(Packet packet) throws IOException {
    sendBytes(bytes(packet, version));
  }

  static byte[] bytes(Packet packet, ProtocolVersion version) {
    ByteWriter out = new ByteWriter(256);
    PacketEncoder.encode(packet, version, out);
    return out.toByteArray();
  }

  void sendBytes(byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next packet, which is of this kind. */
  <P extends Packet> P read(Class<P> kind) throws IOException {
    for (Packet packet = decoder.poll(); ; packet = decoder.poll()) {
      if (packet != null) {
        decoder.keepRest();
        return kind.cast(packet);
      }
      int count = socket.getInputStream().read(received);
      if (count < 0) {
        throw new EOFException("closed while a " + kind.getSimpleName() + " was awaited");
      }
      decoder.offer(received, 0, count);
    }
  }

  /** Reads until the broker closes. */
  void awaitClosed() throws IOException {
    try {
      while (socket.getInputStream().read(received) >= 0) {
        // Whatever it was.
      }
    } catch (java.net.SocketException reset) {
      // Closed as well.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
