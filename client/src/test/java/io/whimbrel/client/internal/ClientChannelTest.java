package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A channel to a server, in virtual time. */
final class ClientChannelTest {
  private final List<String> told = new ArrayList<>();
  private final List<Long> written = new ArrayList<>();
  private final Network network = new Network();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ClientChannel link =
      new ClientChannel(channel, ProtocolVersion.MQTT_5, 1_000, new Hears());

  ClientChannelTest() {
    channel.freezeTime();
    channel.pipeline().addLast(network, link);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    network.carryAll();
  }

  /** Holds what is written until the test lets it go. */
  private static final class Network extends ChannelOutboundHandlerAdapter {
    private final ArrayDeque<ChannelPromise> held = new ArrayDeque<>();
    private int bytes;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      bytes += ((ByteBuf) message).readableBytes();
      ReferenceCountUtil.release(message);
      held.add(promise);
    }

    void carryOne() {
      held.remove().trySuccess();
    }

    void carryAll() {
      while (!held.isEmpty()) {
        carryOne();
      }
    }
  }

  private final class Hears implements ClientChannel.Owner {
    @Override
    public void onPacket(ClientChannel from, Packet packet) {}

    @Override
    public void onBroken(ClientChannel from, ProtocolErrorException broken) {}

    @Override
    public void onReadComplete(ClientChannel from) {}

    @Override
    public void onWritable(ClientChannel from) {}

    @Override
    public void onWritten(ClientChannel from) {
      written.add(from.written());
    }

    @Override
    public void onClosed(ClientChannel from, @Nullable Throwable why) {
      told.add("closed");
    }
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
  }

  @Test
  void itClosesWhenItsLastWordsHaveLeft() {
    link.send(TestUser.goodbye());
    link.close();
    pass(ClientChannel.GOODBYE_MILLIS - 1);
    assertThat(channel.isOpen()).isTrue();
    assertThat(network.bytes).isEqualTo(2);

    network.carryAll();
    channel.runPendingTasks();
    assertThat(told).containsExactly("closed");
  }

  @Test
  void itClosesThoughItsPeerDoesNotRead() {
    link.send(TestUser.goodbye());
    link.close();
    pass(ClientChannel.GOODBYE_MILLIS);

    assertThat(channel.isOpen()).isFalse();
    assertThat(told).containsExactly("closed");
  }

  @Test
  void itSaysHowMuchOfALargePacketHasLeft() {
    link.send(TestSession.message(Qos.AT_MOST_ONCE, new byte[1_000_000]), Long.MAX_VALUE);
    link.flush();
    link.send(TestUser.goodbye());
    long all = link.handed();
    assertThat(written).isEmpty();
    network.carryOne();
    network.carryOne();
    assertThat(written).containsExactly(16_384L, 32_768L);

    link.flush();
    network.carryAll();
    assertThat(link.written()).isEqualTo(all).isEqualTo(network.bytes);
  }
}
