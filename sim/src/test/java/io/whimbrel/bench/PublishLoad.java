package io.whimbrel.bench;

import io.whimbrel.codec.TopicName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishers of QoS 1 on one thread, MQTT 3.1.1: each has so many messages unacknowledged at a
 * time, or all together keep a rate. How long PUBACK took counts from when the message was due.
 */
final class PublishLoad implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final Selector selector = Selector.open();
  private final List<Publisher> publishers = new ArrayList<>();
  private final Latencies latencies = new Latencies();
  private final byte[] payload;
  private final int topics;
  private final String prefix;
  private long sent;
  private long acknowledged;

  /**
   * @param topics messages go to {@code prefix/0} to {@code prefix/topics-1} by turns
   */
  PublishLoad(int port, int connections, String prefix, int topics, int payloadBytes)
      throws IOException {
    this.payload = new byte[payloadBytes];
    this.topics = topics;
    this.prefix = prefix;
    for (int i = 0; i < connections; i++) {
      publishers.add(new Publisher(port, "publisher" + i));
    }
    for (Publisher publisher : publishers) {
      publisher.channel.configureBlocking(false);
      publisher.key = publisher.channel.register(selector, SelectionKey.OP_READ);
      publisher.key.attach(publisher);
    }
  }

  private static final class Publisher {
    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final long[] dueNanos = new long[65_536];
    private SelectionKey key;
    private int packetId;
    private int unacknowledged;

    Publisher(int port, String clientId) throws IOException {
      channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Mqtt.write(channel, Mqtt.connect(clientId, true));
      Mqtt.read(channel, 4);
    }
  }

  /** Makes persistent sessions that are away, one for each topic. */
  static void subscribeAndLeave(int port, String prefix, int sessions) throws IOException {
    for (int i = 0; i < sessions; i++) {
      try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
        Mqtt.write(channel, Mqtt.connect(prefix + "-session" + i, false));
        Mqtt.read(channel, 4);
        Mqtt.write(channel, Mqtt.subscribe(prefix + "/" + i));
        Mqtt.read(channel, 5);
        Mqtt.write(channel, Mqtt.DISCONNECT);
      }
    }
  }

  /**
   * Publishes for so long, then waits for what is unacknowledged.
   *
   * @param rate messages a second of all together, 0: as many as the window takes
   */
  Outcome run(long brokerPid, double seconds, int window, double rate) throws IOException {
    latencies.clear();
    sent = 0;
    acknowledged = 0;
    double cpu = Cpu.of(brokerPid);
    long began = System.nanoTime();
    long end = began + (long) (seconds * 1e9);
    for (long now = began; now < end || acknowledged < sent; now = System.nanoTime()) {
      if (now > end + 60_000_000_000L) {
        throw new IOException((sent - acknowledged) + " messages were not acknowledged in 60 s");
      }
      if (now < end) {
        offer(began, window, rate);
      }
      selector.select(rate > 0 ? 1 : 10);
      for (SelectionKey key : selector.selectedKeys()) {
        onReady((Publisher) key.attachment(), key);
      }
      selector.selectedKeys().clear();
    }
    double took = (System.nanoTime() - began) / 1e9;
    return new Outcome(
        acknowledged,
        acknowledged / took,
        (Cpu.of(brokerPid) - cpu) * 1e6 / acknowledged,
        latencies.quantile(0.5),
        latencies.quantile(0.99));
  }

  private void offer(long began, int window, double rate) throws IOException {
    int each = Math.max(1, window / publishers.size());
    boolean more = true;
    while (more) {
      more = false;
      for (Publisher publisher : publishers) {
        long now = System.nanoTime();
        long due = rate == 0 ? now : began + (long) (sent * 1e9 / rate);
        boolean fits = publisher.out.remaining() > payload.length + 64;
        if (due <= now && publisher.unacknowledged < each && fits) {
          publish(publisher, due);
          more = true;
        }
      }
    }
    for (Publisher publisher : publishers) {
      flush(publisher);
    }
  }

  private void publish(Publisher publisher, long due) {
    publisher.packetId = publisher.packetId % 65_535 + 1;
    publisher.dueNanos[publisher.packetId] = due;
    publisher.unacknowledged++;
    byte[] topic = TopicName.of(prefix + "/" + sent % topics).utf8();
    Mqtt.publish(publisher.out, topic, publisher.packetId, payload);
    sent++;
  }

  private static void flush(Publisher publisher) throws IOException {
    publisher.out.flip();
    if (publisher.out.hasRemaining()) {
      publisher.channel.write(publisher.out);
    }
    boolean left = publisher.out.hasRemaining();
    publisher.out.compact();
    publisher.key.interestOps(
        left ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  private void onReady(Publisher publisher, SelectionKey key) throws IOException {
    if (key.isWritable()) {
      flush(publisher);
    }
    if (!key.isReadable()) {
      return;
    }
    if (publisher.channel.read(publisher.in) < 0) {
      throw new IOException("the broker closed a connection");
    }
    long now = System.nanoTime();
    publisher.in.flip();
    while (publisher.in.remaining() >= 4) {
      int type = publisher.in.get() & 0xF0;
      publisher.in.get();
      int packetId = publisher.in.getShort() & 0xFFFF;
      if (type != 0x40) {
        throw new IOException("not a PUBACK: " + type);
      }
      latencies.add(now - publisher.dueNanos[packetId]);
      publisher.unacknowledged--;
      acknowledged++;
    }
    publisher.in.compact();
  }

  @Override
  public void close() throws IOException {
    for (Publisher publisher : publishers) {
      publisher.channel.close();
    }
    selector.close();
  }

  /** The few packets this needs, MQTT 3.1.1. */
  static final class Mqtt {
    static final byte[] DISCONNECT = {(byte) 0xE0, 0};

    private Mqtt() {}

    static byte[] connect(String clientId, boolean clean) {
      byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
      ByteBuffer packet = ByteBuffer.allocate(14 + id.length);
      packet.put((byte) 0x10).put((byte) (12 + id.length));
      packet.put(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, (byte) (clean ? 2 : 0), 0, 0});
      packet.putShort((short) id.length).put(id);
      return packet.array();
    }

    static byte[] subscribe(String filter) {
      byte[] text = filter.getBytes(StandardCharsets.UTF_8);
      ByteBuffer packet = ByteBuffer.allocate(7 + text.length);
      packet.put((byte) 0x82).put((byte) (5 + text.length)).putShort((short) 1);
      packet.putShort((short) text.length).put(text).put((byte) 1);
      return packet.array();
    }

    static void publish(ByteBuffer to, byte[] topic, int packetId, byte[] payload) {
      int length = 4 + topic.length + payload.length;
      to.put((byte) 0x32);
      for (int rest = length; ; rest >>>= 7) {
        if (rest < 128) {
          to.put((byte) rest);
          break;
        }
        to.put((byte) (rest | 128));
      }
      to.putShort((short) topic.length).put(topic).putShort((short) packetId).put(payload);
    }

    static void write(SocketChannel channel, byte[] packet) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(packet);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    static void read(SocketChannel channel, int count) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(count);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new IOException("the broker closed a connection");
        }
      }
    }
  }
}
