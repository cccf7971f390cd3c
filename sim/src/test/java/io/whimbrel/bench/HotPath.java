package io.whimbrel.bench;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.ConnectionOutput;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Mailboxes;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.shard.Broker;
import io.whimbrel.core.shard.MemoryJournal;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.auth.BrokerAccess;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.metrics.Count;
import io.whimbrel.server.metrics.CountingObserver;
import io.whimbrel.server.metrics.Counts;
import io.whimbrel.server.metrics.EventLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The broker of one event loop without its sockets: bytes in, bytes out, turn by turn, with the
 * limits, counters and rights of the server. What a message costs in CPU and memory here is what
 * the system calls do not account for.
 */
public final class HotPath implements Mailboxes {
  private final ArrayDeque<Mail> mail = new ArrayDeque<>();
  private final Counts counts = new Counts(1);
  private final Broker broker;
  private final Limits limits;
  private final Shard shard;
  private final List<Peer> peers = new ArrayList<>();
  private long now = 1_000_000;

  /** A broker nobody is connected to. */
  public HotPath() {
    this(Map.of());
  }

  /** The same with some settings. */
  public HotPath(Map<String, String> settings) {
    ServerConfig config;
    try {
      config = ServerConfig.of(settings);
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
    limits = config.limits();
    broker =
        new Broker(
            1,
            limits,
            BrokerAccess.everybody(),
            new CountingObserver(counts, new EventLog(System::nanoTime)),
            this,
            (index, listener) -> new MemoryJournal(listener),
            42);
    shard = broker.shards().get(0);
  }

  @Override
  public void post(int to, Mail letter) {
    mail.add(letter);
  }

  /** One client, whose output is counted and forgotten, or answered. */
  public final class Peer implements ConnectionOutput {
    private final ByteWriter out = new ByteWriter(1024);
    private final Connection connection;
    private boolean paused;
    private boolean left;
    final List<byte[]> shared = new ArrayList<>();

    private Peer(String clientId, ProtocolVersion version, boolean clean, Properties properties) {
      shard.beginTurn(now);
      connection = shard.open(this, new Origin("127.0.0.1", "tcp", DurabilityLevel.DISK), now);
      endTurn();
      ByteWriter packet = new ByteWriter(64);
      PacketEncoder.encode(
          new Connect(version, clean, 0, properties, clientId, null, null, null), version, packet);
      say(packet.array(), packet.size());
    }

    /** Says bytes in a turn of their own. */
    public void say(byte[] bytes, int length) {
      say(bytes, 0, length);
    }

    /** Says bytes in a turn of their own. */
    public void say(byte[] bytes, int from, int to) {
      shard.beginTurn(now);
      connection.onBytes(bytes, from, to);
      endTurn();
    }

    /** Its network connection is lost. */
    public void leave() {
      left = true;
      shard.beginTurn(now);
      shard.closed(connection);
      endTurn();
    }

    /** Says bytes within the turn. */
    public void says(byte[] bytes, int length) {
      if (paused) {
        throw new IllegalStateException("the client is braked: the measurement is void");
      }
      connection.onBytes(bytes, 0, length);
    }

    /** What the broker has written since {@link #taken}. */
    public ByteWriter written() {
      return out;
    }

    /** How many bytes those are, shared payloads included. */
    public long writtenBytes() {
      long bytes = out.size();
      for (int i = 0; i < shared.size(); i++) {
        bytes += shared.get(i).length;
      }
      return bytes;
    }

    /** The network took it all. */
    public void taken() {
      out.truncate(0);
      shared.clear();
    }

    @Override
    public ByteWriter writer() {
      return out;
    }

    @Override
    public void writeShared(byte[] bytes) {
      shared.add(bytes);
    }

    @Override
    public long pendingBytes() {
      return out.size();
    }

    @Override
    public void pauseReading() {
      paused = true;
    }

    @Override
    public void resumeReading() {
      paused = false;
    }

    @Override
    public void close() {
      if (!left) {
        throw new IllegalStateException("a client was closed: the measurement is void");
      }
    }
  }

  /** A client that is connected and has subscribed where there is a filter. */
  public Peer peer(String clientId, ProtocolVersion version, String filter, Qos qos) {
    Peer peer = new Peer(clientId, version, true, Properties.NONE);
    if (!filter.isEmpty()) {
      SubscriptionRequest request =
          new SubscriptionRequest(TopicFilter.of(filter), qos, false, false, RetainHandling.SEND);
      ByteWriter packet = new ByteWriter(64);
      PacketEncoder.encode(new Subscribe(1, Properties.NONE, List.of(request)), version, packet);
      peer.say(packet.array(), packet.size());
    }
    peer.taken();
    peers.add(peer);
    return peer;
  }

  /** A client whose session outlives its connection. */
  public Peer lasting(String clientId, ProtocolVersion version, Properties properties) {
    Peer peer = new Peer(clientId, version, false, properties);
    peer.taken();
    return peer;
  }

  /** What the broker is limited to. */
  public Limits limits() {
    return limits;
  }

  /** How many subscriptions there are. */
  public int subscriptions() {
    return broker.subscriptions();
  }

  /** How many messages wait or are in flight. */
  public long queuedMessages() {
    return counts.sum(Count.MESSAGES_QUEUED);
  }

  /** How many messages were dropped, for whatever reason. */
  public long dropped() {
    return counts.dropped();
  }

  /** So much time passes, without a turn. */
  public void passMillis(long millis) {
    now += millis;
  }

  /** All clients, in the order they came. */
  public List<Peer> peers() {
    return peers;
  }

  /** Begins a turn. */
  public void beginTurn() {
    shard.beginTurn(now);
  }

  /** Ends a turn, with the letters that came in it. */
  public void endTurn() {
    for (Mail next = mail.poll(); next != null; next = mail.poll()) {
      shard.receive(next);
    }
    shard.advance();
    shard.endTurn();
    for (Mail next = mail.poll(); next != null; next = mail.poll()) {
      shard.receive(next);
      shard.endTurn();
    }
  }

  /** So many PUBLISH packets in a row; their packet identifiers begin at one. */
  public static byte[] publishes(
      ProtocolVersion version, String topic, Qos qos, int payloadBytes, int count) {
    ByteWriter bytes = new ByteWriter(256);
    for (int i = 1; i <= count; i++) {
      PacketEncoder.encode(
          new Publish(
              false,
              qos,
              false,
              TopicName.of(topic),
              qos == Qos.AT_MOST_ONCE ? 0 : i,
              Properties.NONE,
              new byte[payloadBytes]),
          version,
          bytes);
    }
    return bytes.toByteArray();
  }

  /**
   * Answers every PUBLISH of QoS 1 among small packets the way a client would.
   *
   * @param acks where to put the PUBACKs
   */
  public static void acknowledge(ByteWriter written, ByteWriter acks) {
    byte[] bytes = written.array();
    for (int at = 0; at < written.size(); at = packetEnd(bytes, at)) {
      int first = bytes[at] & 0xFF;
      int body = bodyOf(bytes, at);
      if (first >>> 4 == 3 && (first & 0x06) == 0x02) {
        int id = body + 2 + ((bytes[body] & 0xFF) << 8 | bytes[body + 1] & 0xFF);
        acks.putByte(0x40);
        acks.putByte(2);
        acks.putByte(bytes[id]);
        acks.putByte(bytes[id + 1]);
      }
    }
  }

  private static int bodyOf(byte[] packet, int at) {
    int body = at + 2;
    while (packet[body - 1] < 0) {
      body++;
    }
    return body;
  }

  /** Where the packet ends that begins here. */
  static int packetEnd(byte[] packet, int at) {
    int body = bodyOf(packet, at);
    int length = 0;
    for (int i = body - 1; i > at; i--) {
      length = length << 7 | packet[i] & 0x7F;
    }
    return body + length;
  }
}
