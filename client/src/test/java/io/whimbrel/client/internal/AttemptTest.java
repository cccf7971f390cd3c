package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tries to reach servers, over real sockets. */
final class AttemptTest {
  private static final long SECONDS = 30;
  private static EventLoopGroup loops;

  @BeforeAll
  static void start() {
    loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("test-attempt", true), NioIoHandler.newFactory());
  }

  @AfterAll
  static void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static final class Became implements Attempt.Outcome {
    final CompletableFuture<Channel> channel = new CompletableFuture<>();
    final CompletableFuture<Integer> bytes = new CompletableFuture<>();
    private int wanted;
    private int count;

    @Override
    public void onReady(Channel ready) {
      ready
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                  ByteBuf in = (ByteBuf) message;
                  count += in.readableBytes();
                  in.release();
                  if (count >= wanted) {
                    bytes.complete(count);
                  }
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
                  bytes.completeExceptionally(failure);
                }
              });
      channel.complete(ready);
    }

    @Override
    public void onFailed(Throwable why) {
      channel.completeExceptionally(why);
    }
  }

  private static Attempt attempt(int port, String path, Became became) {
    return new Attempt(
        loops.next(),
        Runnable::run,
        new Server("127.0.0.1", port, null, false, path),
        TimeUnit.SECONDS.toMillis(SECONDS),
        4 << 20,
        became);
  }

  // ---------------------------------------------------------------- WebSocket

  @Test
  void aFrameMayBeAsLargeAsAPacket() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Became became = new Became();
      became.wanted = 3 << 20;
      Attempt attempt = attempt(listening.getLocalPort(), "/mqtt", became);
      attempt.begin();
      try (Socket socket = listening.accept()) {
        agreeOnWebSocket(socket);
        OutputStream out = socket.getOutputStream();
        ByteBuffer head = ByteBuffer.allocate(10).put((byte) 0x82).put((byte) 127);
        out.write(head.putLong(3 << 20).array());
        out.write(new byte[3 << 20]);
        assertThat(became.bytes.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(3 << 20);
      }
    }
  }

  private static void agreeOnWebSocket(Socket socket) throws Exception {
    String key = "";
    for (String line = line(socket); !line.isEmpty(); line = line(socket)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
        key = line.substring(line.indexOf(':') + 1).trim();
      }
    }
    String known = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
    byte[] said = known.getBytes(StandardCharsets.US_ASCII);
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(said))
            + "\r\n\r\n";
    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  private static String line(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  // ---------------------------------------------------------------- addresses

  /** On Linux: its loopback network has many addresses, and a full queue there says nothing. */
  @Test
  void anAddressThatSaysNothingDoesNotKeepTheNextOneFromBeingTried() throws Exception {
    Assumptions.assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    InetAddress hole = InetAddress.getByName("127.0.0.2");
    InetAddress good = InetAddress.getByName("127.0.0.1");
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocket listening = new ServerSocket(0, 10, good);
        ServerSocket full = new ServerSocket(listening.getLocalPort(), 1, hole)) {
      for (int i = 0; i < 5; i++) {
        SocketChannel one = SocketChannel.open();
        one.configureBlocking(false);
        one.connect(new InetSocketAddress(hole, full.getLocalPort()));
        waiting.add(one);
      }
      Became became = new Became();
      Attempt attempt = attempt(listening.getLocalPort(), null, became);
      loops.next().submit(() -> attempt.onResolved(List.of(hole, good))).sync();
      Channel channel = became.channel.get(SECONDS, TimeUnit.SECONDS);
      assertThat(((InetSocketAddress) channel.remoteAddress()).getAddress()).isEqualTo(good);
      channel.close().sync();
    } finally {
      for (SocketChannel each : waiting) {
        each.close();
      }
    }
  }

  @Test
  void anAddressThatRefusesIsFollowedByTheNextAndTheLastOneIsTheFailure() throws Exception {
    InetAddress good = InetAddress.getByName("127.0.0.1");
    int port;
    try (ServerSocket listening = new ServerSocket(0, 10, good)) {
      port = listening.getLocalPort();
      Became became = new Became();
      Attempt attempt = attempt(port, null, became);
      InetAddress other = InetAddress.getByName("127.0.0.2");
      loops.next().submit(() -> attempt.onResolved(List.of(other, good))).sync();
      became.channel.get(SECONDS, TimeUnit.SECONDS).close().sync();
    }
    Became became = new Became();
    Attempt attempt = attempt(port, null, became);
    loops.next().submit(() -> attempt.onResolved(List.of(good, good))).sync();
    assertThat(became.channel)
        .failsWithin(SECONDS, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("refused");
  }
}
