package io.whimbrel.server.net;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.whimbrel.server.metrics.Count;
import java.net.InetSocketAddress;
import java.util.function.Function;

/** What a listener does with a connection it has accepted: refuse it, or give it a peer. */
final class Door extends ChannelInitializer<DuplexChannel> {
  private final Listener listener;
  private final Gate gate;
  private final Function<EventLoop, ShardLoop> loops;
  private final Guide guide;

  /** Furnishes the pipeline of a connection that was let in. */
  @FunctionalInterface
  interface Guide {
    void furnish(DuplexChannel channel, ShardLoop loop, Gate.Pass pass);
  }

  Door(Listener listener, Gate gate, Function<EventLoop, ShardLoop> loops, Guide guide) {
    this.listener = listener;
    this.gate = gate;
    this.loops = loops;
    this.guide = guide;
  }

  @Override
  protected void initChannel(DuplexChannel channel) {
    ShardLoop loop = loops.apply(channel.eventLoop());
    InetSocketAddress from = (InetSocketAddress) channel.remoteAddress();
    Gate.Verdict verdict = gate.enter(from);
    Count refused = verdict.count();
    if (refused != null) {
      loop.counts().add(refused, 1);
      loop.log().notAccepted(Gate.text(from), verdict.why());
      channel.close();
      return;
    }
    Gate.Pass pass = gate.pass(listener.transport(), listener.durability(), from);
    try {
      guide.furnish(channel, loop, pass);
    } catch (RuntimeException | Error failed) { // no memory for TLS, for example
      pass.giveBack();
      throw failed;
    }
  }
}
