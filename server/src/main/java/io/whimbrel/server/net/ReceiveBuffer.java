package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * One large buffer that every channel of a loop receives into, one after the other: a single system
 * call takes what a socket holds, and an idle connection owns no buffer. Whoever reads it must be
 * done when {@code channelRead} returns. Owned by its loop.
 */
final class ReceiveBuffer implements RecvByteBufAllocator {
  static final int BYTES = 256 * 1024;

  private final ByteBuf buffer;

  ReceiveBuffer(ByteBufAllocator allocator) {
    buffer = allocator.directBuffer(BYTES, BYTES);
  }

  void release() {
    buffer.release();
  }

  @Override
  @SuppressWarnings("deprecation") // Handle: its successor is what is returned
  public ExtendedHandle newHandle() {
    return new OneReceive();
  }

  /** One receive for each time a socket is ready, so that others have their turn. */
  private final class OneReceive implements ExtendedHandle {
    private int last;
    private int attempted;

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return buffer.clear().retain();
    }

    @Override
    public int guess() {
      return BYTES;
    }

    @Override
    public void reset(ChannelConfig config) {
      last = 0;
    }

    @Override
    public void incMessagesRead(int messages) {}

    @Override
    public void lastBytesRead(int bytes) {
      last = bytes;
    }

    @Override
    public int lastBytesRead() {
      return last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
      return attempted;
    }

    @Override
    public boolean continueReading() {
      return false;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return false;
    }

    @Override
    public void readComplete() {}
  }
}
