package io.whimbrel.server.net;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

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

  ChannelFactory<ServerChannel> unixServerChannels() {
    return switch (this) {
      case EPOLL -> EpollServerDomainSocketChannel::new;
      case KQUEUE -> KQueueServerDomainSocketChannel::new;
      case NIO -> NioServerDomainSocketChannel::new;
    };
  }

  ChannelFactory<DatagramChannel> datagramChannels() {
    return switch (this) {
      case EPOLL -> EpollDatagramChannel::new;
      case KQUEUE -> KQueueDatagramChannel::new;
      case NIO -> NioDatagramChannel::new;
    };
  }

  /** An address as those channels want it. */
  SocketAddress unixAddress(UnixDomainSocketAddress address) {
    return this == NIO ? address : new DomainSocketAddress(address.getPath().toString());
  }
}
