package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The way to a socket past the queue that a channel has for what its socket does not take at once:
 * most of the time it takes all, and then the queue's entries, promises and buffers are for
 * nothing. Where there is no such way, everything goes through the channel. Handlers of the channel
 * do not see what goes here, so it is only for a peer that is the first of them. Owned by the loop
 * of its channel.
 */
final class ShortWay {
  private final Socket socket;

  private ShortWay(Socket socket) {
    this.socket = socket;
  }

  /** The way to the socket of this channel, or null. */
  static @Nullable ShortWay to(Channel channel) {
    return channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
        ? new ShortWay(socket)
        : null;
  }

  /**
   * Sends what the socket takes of a direct buffer, and moves its reader index behind that. An
   * error of whatever kind is nobody's here: the channel meets it again with the rest, and closes.
   */
  void send(ByteBuf out) {
    try {
      int sent =
          out.hasMemoryAddress()
              ? socket.sendAddress(out.memoryAddress(), out.readerIndex(), out.writerIndex())
              : socket.send(
                  out.internalNioBuffer(out.readerIndex(), out.readableBytes()),
                  out.readerIndex(),
                  out.writerIndex());
      if (sent > 0) {
        out.skipBytes(sent);
      }
    } catch (IOException | RuntimeException again) {
      // as above
    }
  }
}
