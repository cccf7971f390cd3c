package io.whimbrel.server.net;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.whimbrel.server.metrics.Count;
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
    Whence from = Whence.of(channel);
    // Behind a proxy there is no address to count at before its header.
    Whence known = listener.proxies().isPresent() ? from.uncounted() : from;
    Gate.Verdict verdict = verdict(from);
    if (verdict != Gate.Verdict.WELCOME) {
      refuse(channel, loop, from, verdict);
      return;
    }
    Gate.Pass pass = gate.pass(listener.kind().word(), listener.durability(), known, loop.millis());
    try {
      guide.furnish(channel, loop, pass);
    } catch (RuntimeException | Error failed) { // no memory for TLS, for example
      pass.giveBack();
      throw failed;
    }
  }

  private Gate.Verdict verdict(Whence from) {
    if (!listener.mayCome(from)) {
      return Gate.Verdict.NONE_OF_THE_PROXIES;
    }
    return listener.proxies().isPresent() ? gate.enterFromAnywhere() : gate.enter(from);
  }

  /** Counts and tells that somebody is not let in, and closes. */
  static void refuse(DuplexChannel channel, ShardLoop loop, Whence from, Gate.Verdict verdict) {
    Count refused = verdict.count();
    if (refused != null) {
      loop.counts().add(refused, 1);
    }
    loop.log().notAccepted(from.text(), verdict.why());
    channel.close();
  }
}
