package io.whimbrel.client.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.ScheduledFuture;
import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import java.net.ConnectException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel to a server, once it carries MQTT: the last handler of its pipeline and the session's
 * link. What is sent in a turn leaves with one write at its end. Owned by its event loop.
 */
final class ClientChannel extends ChannelInboundHandlerAdapter implements Link {
  private static final int READ_BYTES = 16 * 1024;
  private static final int BATCH_BYTES = 64 * 1024;

  /** A packet that makes more than two batches goes in pieces, which show how far it is. */
  private static final int PIECE_BYTES = 16 * 1024;

  private static final int WRITER_KEPT_MAX = 256 * 1024;

  /** So long what was sent last may take to leave: then it is closed without that. */
  static final long GOODBYE_MILLIS = 2_000;

  private static final FastThreadLocal<byte[]> READ =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[READ_BYTES];
        }
      };

  private static final FastThreadLocal<ByteWriter> WRITER = new FastThreadLocal<>();

  /** Who hears of the channel, on its loop. */
  interface Owner {
    void onPacket(ClientChannel from, Packet packet);

    void onBroken(ClientChannel from, ProtocolErrorException broken);

    void onReadComplete(ClientChannel from);

    void onWritable(ClientChannel from);

    /** The network has taken more. */
    void onWritten(ClientChannel from);

    void onClosed(ClientChannel from, @Nullable Throwable why);
  }

  private static final byte[] HTTP = {'H', 'T', 'T', 'P', '/'};

  private final Channel channel;
  private final ProtocolVersion version;
  private final Owner owner;
  private final PacketDecoder decoder;
  private @Nullable ByteBuf batch;
  private @Nullable Throwable failure;
  private boolean unflushed;
  private boolean heard;
  private long passed;
  private long written;
  private boolean closed;

  ClientChannel(Channel channel, ProtocolVersion version, int packetSizeMax, Owner owner) {
    this.channel = channel;
    this.version = version;
    this.owner = owner;
    this.decoder = new PacketDecoder(PacketDecoder.Sender.SERVER, packetSizeMax);
    decoder.version(version);
  }

  // ---------------------------------------------------------------- in

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      byte[] bytes = READ.get();
      while (in.isReadable() && !closed) {
        int count = Math.min(bytes.length, in.readableBytes());
        in.readBytes(bytes, 0, count);
        if (!heard && isHttp(bytes, count)) {
          fail(new ConnectException("this port speaks HTTP; WebSocket is ws://HOST:PORT/PATH"));
          return;
        }
        heard = true;
        decoder.offer(bytes, 0, count);
        for (Packet next = decoder.poll(); next != null && !closed; next = decoder.poll()) {
          owner.onPacket(this, next);
        }
      }
    } catch (ProtocolErrorException broken) {
      owner.onBroken(this, broken);
    } finally {
      in.release();
    }
  }

  /** What people meet who take a port of WebSocket for one of MQTT. */
  private static boolean isHttp(byte[] bytes, int count) {
    return count >= HTTP.length && Arrays.equals(bytes, 0, HTTP.length, HTTP, 0, HTTP.length);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    owner.onReadComplete(this);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      owner.onWritable(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause);
  }

  private void fail(Throwable cause) {
    failure = failure == null ? cause : failure;
    if (channel.isOpen()) {
      channel.close();
      closeInTime();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    drop();
    owner.onClosed(this, failure);
  }

  /** Whether more is read; what was read already is still told. */
  void reads(boolean wanted) {
    channel.config().setAutoRead(wanted);
  }

  // ---------------------------------------------------------------- out

  @Override
  public boolean isWritable() {
    return !closed && channel.isWritable();
  }

  @Override
  public void send(Packet packet) {
    send(packet, Long.MAX_VALUE);
  }

  @Override
  public boolean send(Packet packet, long packetSizeMax) {
    if (closed) {
      return true; // the connection is lost: it is sent again over the next one
    }
    ByteWriter writer = writer();
    int size = PacketEncoder.encode(packet, version, writer);
    boolean fits = size <= packetSizeMax;
    if (fits) {
      ByteBuf out = batch;
      if (out == null) {
        out = channel.alloc().buffer(Math.max(size, 256));
        batch = out;
      }
      out.writeBytes(writer.array(), 0, size);
    }
    writer.truncate(0);
    if (writer.array().length > WRITER_KEPT_MAX) {
      WRITER.remove();
    }
    ByteBuf full = batch;
    if (full != null && full.readableBytes() > BATCH_BYTES) {
      batch = null;
      write(full);
    }
    return fits;
  }

  private static ByteWriter writer() {
    ByteWriter writer = WRITER.get();
    if (writer == null) {
      writer = new ByteWriter(1024);
      WRITER.set(writer);
    }
    return writer;
  }

  private void write(ByteBuf out) {
    if (out.readableBytes() > 2 * BATCH_BYTES) {
      while (out.readableBytes() > PIECE_BYTES) {
        writePiece(out.readRetainedSlice(PIECE_BYTES));
      }
    }
    writePiece(out);
  }

  private void writePiece(ByteBuf piece) {
    unflushed = true;
    passed += piece.readableBytes();
    long upTo = passed;
    channel.write(piece).addListener(done -> onPiece(upTo, done.cause()));
  }

  private void onPiece(long upTo, @Nullable Throwable cause) {
    if (cause != null) {
      fail(cause);
    } else {
      written = upTo;
      owner.onWritten(this);
    }
  }

  /** The end of a turn. */
  void flush() {
    ByteBuf out = batch;
    if (out != null) {
      batch = null;
      write(out);
    }
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  @Override
  public long handed() {
    ByteBuf out = batch;
    return passed + (out == null ? 0 : out.readableBytes());
  }

  /** Bytes that the network has taken. */
  long written() {
    return written;
  }

  @Override
  public void close() {
    closed = true;
    ByteBuf last = batch;
    batch = null;
    if (last == null) {
      channel.flush();
      channel.close();
    } else {
      channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    }
    closeInTime();
  }

  /** A peer that does not read keeps the last words here, and those of TLS and WebSocket. */
  private void closeInTime() {
    ScheduledFuture<?> force =
        channel
            .eventLoop()
            .schedule(
                () -> channel.pipeline().firstContext().close(),
                GOODBYE_MILLIS,
                TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(done -> force.cancel(false));
  }

  /** Runs the action when the channel is closed; at once where it is. */
  void onceClosed(Runnable action) {
    channel.closeFuture().addListener(done -> action.run());
  }

  private void drop() {
    closed = true;
    ByteBuf left = batch;
    batch = null;
    if (left != null) {
      left.release();
    }
  }
}
