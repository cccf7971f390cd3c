package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Will;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A client of which every packet is known. Driven by the thread of its {@link World}. */
abstract class Client {
  /** How far its network connection is. */
  enum Link {
    DOWN,
    AWAITING_CONNACK,
    UP
  }

  final World world;
  final String id;
  final ProtocolVersion version;
  Link link = Link.DOWN;
  private SocketChannel channel;
  private PacketDecoder decoder;
  private ByteWriter out = new ByteWriter(1024);
  private int outFrom;
  private final ByteBuffer in = ByteBuffer.allocate(65_536);

  Client(World world, String id, ProtocolVersion version) {
    this.world = world;
    this.id = id;
    this.version = version;
    world.clients.add(this);
  }

  // ---------------------------------------------------------------- what happens to it

  /** Does what is due. */
  abstract void act(long now);

  abstract void onConnack(Connack connack, long tick);

  abstract void onPacket(Packet packet, long tick);

  /** The connection is gone; whoever wanted that. */
  abstract void onLost();

  /** The broker was killed; {@link #onLost} came before if there was a connection. */
  void crashed() {}

  void onPong() {}

  // ---------------------------------------------------------------- what it does

  boolean isUp() {
    return link == Link.UP;
  }

  boolean isFive() {
    return version.isFive();
  }

  /** Opens a connection and says CONNECT; whether there was somebody to say it to. */
  boolean connect(boolean clean, long expirySeconds, int receiveMaximum, Will will) {
    int port = world.port();
    if (port == 0) {
      return false;
    }
    try {
      channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(world.selector(), SelectionKey.OP_READ, this);
    } catch (IOException nobody) {
      close();
      return false;
    }
    decoder = new PacketDecoder(PacketDecoder.Sender.SERVER, 1_000_000);
    decoder.version(version);
    link = Link.AWAITING_CONNACK;
    Properties properties = Properties.NONE;
    if (isFive()) {
      Properties.Builder some = Properties.builder();
      some.set(PropertyId.SESSION_EXPIRY_INTERVAL, expirySeconds);
      if (receiveMaximum > 0) {
        some.set(PropertyId.RECEIVE_MAXIMUM, receiveMaximum);
      }
      properties = some.build();
    }
    send(new Connect(version, clean, 0, properties, id, will, null, null));
    return true;
  }

  /** Gives the tick of the sending. */
  long send(Packet packet) {
    long tick = world.tick();
    PacketEncoder.encode(packet, version, out);
    world.chronicle.line(tick, id, "> " + packet);
    return tick;
  }

  void disconnect(ReasonCode reason, Properties properties) {
    send(new Disconnect(reason, properties));
    flush();
  }

  /** Ends the connection without a word. */
  void drop() {
    if (link != Link.DOWN) {
      world.chronicle.line(world.tick(), id, "drops its connection");
      lost();
    }
  }

  /** Leaves the connection open and forgets it, to come again as the same client. */
  SocketChannel abandon() {
    SocketChannel left = channel;
    left.keyFor(world.selector()).cancel();
    channel = null;
    lost();
    return left;
  }

  void flush() {
    if (link == Link.DOWN || out.size() == outFrom) {
      return;
    }
    try {
      outFrom += channel.write(ByteBuffer.wrap(out.array(), outFrom, out.size() - outFrom));
      if (outFrom == out.size()) {
        out.truncate(0);
        outFrom = 0;
      }
    } catch (IOException gone) {
      drain(); // what came before its end counts
    }
  }

  // ---------------------------------------------------------------- what it hears

  void read() {
    while (link != Link.DOWN) {
      in.clear();
      int count;
      try {
        count = channel.read(in);
      } catch (IOException gone) {
        count = -1;
      }
      if (count == 0) {
        return;
      }
      if (count < 0) {
        world.chronicle.line(world.tick(), id, "lost its connection");
        lost();
        return;
      }
      SocketChannel from = channel;
      decoder.offer(in.array(), 0, count);
      for (Packet packet = decoder.poll(); packet != null; packet = decoder.poll()) {
        heard(packet);
        if (channel != from) {
          return;
        }
      }
    }
  }

  private void heard(Packet packet) {
    long tick = world.tick();
    world.chronicle.line(tick, id, "< " + packet);
    if (packet instanceof Connack connack) {
      if (connack.reason().isError() && (world.tolerant || world.victim().isStopping())) {
        drop();
        return;
      } else if (connack.reason().isError()) {
        throw new BrokenPromiseException(id + " is refused: " + connack);
      }
      link = Link.UP;
      onConnack(connack, tick);
    } else if (packet instanceof Pingresp) {
      onPong();
    } else if (packet instanceof Disconnect goodbye) {
      if (!world.tolerant
          && goodbye.reason() != ReasonCode.SERVER_SHUTTING_DOWN
          && goodbye.reason() != ReasonCode.SESSION_TAKEN_OVER) {
        throw new BrokenPromiseException(id + " is sent away: " + goodbye);
      }
    } else {
      onPacket(packet, tick);
    }
  }

  /** Hears what is still to be heard of a broker that is gone. */
  void drain() {
    read();
    if (link != Link.DOWN) {
      lost();
    }
  }

  private void lost() {
    link = Link.DOWN;
    out = new ByteWriter(1024);
    outFrom = 0;
    close();
    onLost();
  }

  private void close() {
    SocketChannel gone = channel;
    channel = null;
    if (gone != null) {
      try {
        gone.close();
      } catch (IOException e) {
        world.chronicle.line(world.tick(), id, "closing: " + e);
      }
    }
  }

  @Override
  public String toString() {
    return id;
  }
}
