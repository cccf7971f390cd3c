package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Gives the next handler bytes of its own, which it may keep; those of the loop's receive buffer it
 * may not.
 */
final class Copying extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    context.fireChannelRead(copy(context, (ByteBuf) message));
  }

  /** The same bytes in another buffer; the first is released. */
  static ByteBuf copy(ChannelHandlerContext context, ByteBuf in) {
    try {
      return context.alloc().heapBuffer(in.readableBytes()).writeBytes(in);
    } finally {
      in.release();
    }
  }
}
