package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** A server that does nothing by itself: its test says what it hears and says. For one thread. */
final class ScriptedServer implements AutoCloseable {
  private static final int SECONDS = 30;

  private final ServerSocket socket;

  ScriptedServer() throws IOException {
    socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(SECONDS * 1_000);
  }

  String uri() {
    return "mqtt://127.0.0.1:" + socket.getLocalPort();
  }

  MqttClientBuilder client() {
    return MqttClient.to(uri()).backoff(Duration.ofMillis(1), Duration.ofMillis(2));
  }

  /** Waits for the next connection. */
  Connection accept() throws IOException {
    Socket accepted = socket.accept();
    accepted.setSoTimeout(SECONDS * 1_000);
    accepted.setTcpNoDelay(true);
    return new Connection(accepted);
  }

  /** The same, and lets the client in. */
  Connection welcome(Properties properties) throws IOException {
    Connection made = accept();
    made.next(Connect.class);
    made.send(new Connack(false, ReasonCode.SUCCESS, properties));
    return made;
  }

  Connection welcome() throws IOException {
    return welcome(Properties.NONE);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** One connection. */
  static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final PacketDecoder decoder =
        new PacketDecoder(PacketDecoder.Sender.CLIENT, 1024 * 1024);
    private final byte[] bytes = new byte[4096];
    private ProtocolVersion version = ProtocolVersion.MQTT_5;

    Connection(Socket socket) {
      this.socket = socket;
    }

    /** The next packet, or null where the client has closed. */
    Packet next() throws IOException {
      while (true) {
        Packet packet = decoder.poll();
        if (packet instanceof Connect connect) {
          version = connect.version();
        }
        if (packet != null) {
          return packet;
        }
        int count = socket.getInputStream().read(bytes);
        if (count < 0) {
          return null;
        }
        decoder.offer(bytes.clone(), 0, count);
      }
    }

    <T extends Packet> T next(Class<T> kind) throws IOException {
      Packet packet = next();
      assertThat(packet).isInstanceOf(kind);
      return kind.cast(packet);
    }

    /** Grants what is subscribed to next. */
    void grant() throws IOException {
      Subscribe subscribe = next(Subscribe.class);
      send(
          new Suback(
              subscribe.packetId(),
              subscribe.requests().stream().map(each -> ReasonCode.granted(each.qos())).toList(),
              Properties.NONE));
    }

    void send(Packet... packets) throws IOException {
      ByteWriter out = new ByteWriter(1024);
      for (Packet each : packets) {
        PacketEncoder.encode(each, version, out);
      }
      socket.getOutputStream().write(out.array(), 0, out.size());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
