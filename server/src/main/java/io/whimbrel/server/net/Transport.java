package io.whimbrel.server.net;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/** How the operating system is asked for sockets. */
public enum Transport {
  EPOLL,
  KQUEUE,
  NIO;

  /** The best there is here. */
  public static Transport best() {
    return Epoll.isAvailable() ? EPOLL : KQueue.isAvailable() ? KQUEUE : NIO;
  }

  IoHandlerFactory ioHandlers() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case KQUEUE -> KQueueIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  ChannelFactory<ServerSocketChannel> serverChannels() {
    return switch (this) {
      case EPOLL -> EpollServerSocketChannel::new;
      case KQUEUE -> KQueueServerSocketChannel::new;
      case NIO -> NioServerSocketChannel::new;
    };
  }
}
