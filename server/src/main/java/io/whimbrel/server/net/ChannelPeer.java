package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.whimbrel.codec.ByteWriter;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.ConnectionOutput;
import io.whimbrel.server.metrics.Count;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One channel, between the event loop and the connection: the only handler of its pipeline once
 * MQTT flows, and the connection's output. Idle it owns no buffer; written to, it borrows a batch
 * from its loop and gives it back when the socket has taken all of it. Owned by its loop.
 */
public final class ChannelPeer extends ChannelInboundHandlerAdapter
    implements ConnectionOutput, Unfinished.Holder {
  static final int SLICE_BYTES = 256 * 1024;

  /** A peer that goes on sending after goodbye is not listened to for ever. */
  private static final int DISCARD_BYTES_MAX = 1024 * 1024;

  /** Makes peers; the assembly knows how. */
  @FunctionalInterface
  public interface Factory {
    /** The peer at the other end of a channel of that loop. */
    ChannelPeer of(DuplexChannel channel, ShardLoop loop, Framing framing, Gate.Pass pass);
  }

  private enum Goodbye {
    NOT_YET,
    ASKED,
    SAID
  }

  private final DuplexChannel channel;
  private final ShardLoop loop;
  private final Framing framing;
  private final Gate.Pass pass;
  private @Nullable Connection connection;

  private @Nullable Batch batch;
  private boolean channelHolds = true; // a handshake before MQTT perhaps; whoever asks looks
  private @Nullable ShortWay shortWay;
  private boolean dirty;
  private boolean moving;
  private boolean aboveMax;
  private Goodbye goodbye = Goodbye.NOT_YET;
  private int discarded;

  /** The peer at the other end of a channel of that loop. */
  public ChannelPeer(DuplexChannel channel, ShardLoop loop, Framing framing, Gate.Pass pass) {
    this.channel = channel;
    this.loop = loop;
    this.framing = framing;
    this.pass = pass;
  }

  // ---------------------------------------------------------------- in

  @Override
  public void channelActive(ChannelHandlerContext context) {
    loop.turn();
    connection = loop.shard().open(this, pass.origin(), pass.acceptedMillis());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      loop.turn();
      loop.counts().add(Count.BYTES_RECEIVED, in.readableBytes());
      byte[] bytes = loop.received();
      while (in.isReadable()) {
        int count = Math.min(bytes.length, in.readableBytes());
        in.readBytes(bytes, 0, count);
        if (goodbye == Goodbye.NOT_YET) {
          framing.read(bytes, 0, count, this);
        } else {
          discard(count);
        }
      }
    } finally {
      in.release();
    }
  }

  /** Bytes of MQTT came. */
  void received(byte[] bytes, int from, int to) {
    Connection served = connection;
    if (served != null) {
      served.onBytes(bytes, from, to);
    }
  }

  @Override
  public void unfinished(int bytes, long sinceMillis) {
    loop.unfinished().changed(this, bytes, sinceMillis);
  }

  @Override
  public void abandon() {
    Connection served = connection;
    if (served != null) {
      loop.counts().add(Count.ABANDONED, 1);
      served.abandon();
    }
  }

  private void discard(int count) {
    discarded += count;
    if (discarded > DISCARD_BYTES_MAX) {
      closeNow();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    lost();
    loop.gone(this);
    if (!dirty) {
      giveBack();
    }
  }

  /** The peer has gone, or may not stay; the connection hears no more of it. */
  void lost() {
    Connection served = connection;
    connection = null;
    if (served != null) {
      loop.turn();
      loop.shard().closed(served);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    pass.giveBack();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable why = cause instanceof DecoderException ? cause.getCause() : cause;
    if (why instanceof SSLException) {
      loop.log().transportError(pass.address(), "TLS: " + why.getMessage());
    } else if (!(why instanceof IOException)) { // else the peer went, and channelInactive comes
      loop.counts().add(Count.INTERNAL_ERRORS, 1);
      loop.log().internalError("a channel", cause);
    }
    closeNow();
  }

  /** Whether the client has its CONNACK. */
  boolean isServed() {
    Connection served = connection;
    return served != null && served.isOpen();
  }

  /** The peer broke the rules of its transport. */
  void fail(String why) {
    loop.log().transportError(pass.address(), why);
    lost();
  }

  // ---------------------------------------------------------------- out

  @Override
  public ByteWriter writer() {
    return toWrite().writer();
  }

  @Override
  public void writeShared(byte[] bytes) {
    toWrite().addShared(bytes);
  }

  private Batch toWrite() {
    if (!dirty) {
      dirty = true;
      loop.written(this);
    }
    Batch mine = batch;
    if (mine == null) {
      mine = loop.borrow();
      batch = mine;
    }
    return mine;
  }

  @Override
  public long pendingBytes() {
    long pending = pending();
    if (pending >= loop.outputBytesMax()) {
      aboveMax = true; // whoever asked is told when there is room
    }
    return pending;
  }

  private long pending() {
    Batch mine = batch;
    return (channelHolds ? heldByChannel() : 0) + (mine == null ? 0 : mine.remaining());
  }

  private long heldByChannel() {
    ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
    long held = outbound == null ? 0 : outbound.totalPendingWriteBytes();
    channelHolds = held > 0;
    return held;
  }

  /** The turn has ended. */
  void flush() {
    dirty = false;
    if (channel.isActive()) {
      move();
    } else {
      giveBack();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      move();
    }
  }

  /** Gives the channel what it takes, and looks whether that changes anything. */
  private void move() {
    Batch mine = batch;
    if (moving) {
      return;
    }
    if (mine != null) {
      moving = true;
      while (mine.remaining() > 0 && channel.isWritable()) {
        writeSlice(mine);
      }
      moving = false; // after an exception the channel is closed
      if (mine.remaining() == 0) {
        giveBack();
      } else {
        mine.compact();
      }
    }
    if (aboveMax && pending() < loop.outputBytesMax() / 2) {
      aboveMax = false;
      loop.turn();
      Connection served = connection;
      if (served != null) {
        served.onWritable();
      }
    }
    if (goodbye == Goodbye.ASKED && batch == null) {
      sayGoodbye();
    }
  }

  private void writeSlice(Batch mine) {
    int length = (int) Math.min(SLICE_BYTES, mine.remaining());
    int room = framing.headBytesMax() + length;
    ShortWay way = nothingWaits() ? shortWay() : null;
    ByteBuf out = way == null ? channel.alloc().directBuffer(room) : loop.sendBuffer(room);
    framing.writeHead(out, length);
    mine.moveTo(out, length);
    if (way == null) {
      write(out);
      return;
    }
    int all = out.readableBytes();
    way.send(out);
    loop.counts().add(Count.WRITES, 1);
    loop.counts().add(Count.BYTES_SENT, all - out.readableBytes());
    if (out.isReadable()) {
      write(channel.alloc().directBuffer(out.readableBytes()).writeBytes(out));
    }
  }

  /** Once no other handler stands between this and the socket; TLS would for ever. */
  private @Nullable ShortWay shortWay() {
    if (shortWay == null && channel.pipeline().first() == this) {
      shortWay = ShortWay.to(channel);
    }
    return shortWay;
  }

  private boolean nothingWaits() {
    return !channelHolds || heldByChannel() == 0;
  }

  /** Answers the transport's own question, or not: who does not read gets no answers. */
  void answer(ByteBuf out) {
    if (channel.isWritable()) {
      write(out); // past the batch, and never between the bytes of one slice
    } else {
      out.release();
    }
  }

  private void write(ByteBuf out) {
    loop.counts().add(Count.WRITES, 1);
    loop.counts().add(Count.BYTES_SENT, out.readableBytes());
    channelHolds = true; // until somebody looks
    channel.writeAndFlush(out, channel.voidPromise());
  }

  private void giveBack() {
    Batch mine = batch;
    if (mine != null) {
      batch = null;
      loop.giveBack(mine);
    }
  }

  // ---------------------------------------------------------------- reading, and the end of it

  @Override
  public void pauseReading() {
    channel.config().setAutoRead(false);
  }

  @Override
  public void resumeReading() {
    channel.config().setAutoRead(true);
  }

  @Override
  public void close() {
    if (goodbye != Goodbye.NOT_YET || !channel.isActive()) {
      return;
    }
    goodbye = Goodbye.ASKED;
    loop.linger(this);
    channel.config().setAutoRead(true); // to see the other side close
    if (!dirty) {
      dirty = true;
      loop.written(this);
    }
  }

  private void sayGoodbye() {
    goodbye = Goodbye.SAID;
    ByteBuf farewell = channel.alloc().directBuffer(16);
    framing.writeFarewell(farewell);
    channelHolds = true;
    channel.writeAndFlush(farewell).addListener(this::onSaid);
  }

  private void onSaid(io.netty.util.concurrent.Future<? super Void> said) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null && said.isSuccess()) {
      tls.closeOutbound().addListener(this::onTold);
    } else {
      onTold(said);
    }
  }

  private void onTold(io.netty.util.concurrent.Future<? super Void> told) {
    if (told.isSuccess() && channel.isActive()) {
      ChannelFuture shut = channel.shutdownOutput();
      shut.addListener(
          done -> {
            if (!done.isSuccess()) {
              closeNow();
            }
          });
    } else {
      closeNow();
    }
  }

  void closeNow() {
    channel.close();
  }
}
