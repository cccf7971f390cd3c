package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client over real sockets, with a server that the test is. */
final class RunnerTest {
  private static final long SECONDS = 30;

  private static EventLoopGroup loops;
  private static ExecutorService workers;

  @BeforeAll
  static void start() {
    loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("test-client", true), NioIoHandler.newFactory());
    workers = Executors.newCachedThreadPool(new DefaultThreadFactory("test-worker", true));
  }

  @AfterAll
  static void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    workers.shutdown();
  }

  private static Runner runner(int port, boolean reconnects, Outbox outbox, TestUser user) {
    return new Runner(
        loops.next(),
        workers,
        new Runner.Plan(
            List.of(new Server("127.0.0.1", port, null, false, null)),
            TimeUnit.SECONDS.toMillis(SECONDS),
            reconnects,
            new Backoff(1, 1, new SplittableRandom(1)),
            10,
            TestSession.WAITS),
        outbox,
        user);
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void itStopsThoughItsOutboxCannotBeClosed() throws Exception {
    TestDisk disk = new TestDisk();
    FileOutbox stuck = new FileOutbox(disk, "c", true, FileOutbox.SEGMENT_BYTES);
    disk.keepLock();
    TestUser user = new TestUser();
    Runner runner = runner(1, false, stuck, user);
    CountDownLatch done = new CountDownLatch(2);
    runner.stop(TestUser.goodbye(), done::countDown);
    runner.stop(TestUser.goodbye(), done::countDown);

    await(done);
    assertThat(user.next()).isEqualTo("The lock of the outbox in memory cannot be released");
  }

  @Test
  void aConnectThatCannotBeSaidIsAFailureAndNotTheLast() throws Exception {
    try (TestServer server = new TestServer()) {
      TestUser user = new TestUser();
      Connect good = user.connect;
      user.connect =
          new Connect(
              ProtocolVersion.MQTT_3_1_1,
              true,
              60,
              Properties.NONE,
              "c",
              null,
              null,
              new byte[] {1});
      Runner runner = runner(server.port(), true, new MemoryOutbox(), user);
      runner.start();
      try (TestServer.Peer peer = server.accept()) {
        assertThat(user.next())
            .endsWith("CONNECT cannot be sent: only 5.0 has a password without a user name");
        assertThat(peer.read()).isNull();
      }
      user.connect = good;
      runner.start();
      try (TestServer.Peer peer = server.accept()) {
        peer.letIn();
        assertThat(user.next()).isEqualTo("connected");
        stop(runner);
      }
    }
  }

  @Test
  void itConnectsAnewWithoutItsWillBeingPublishedAndThoughItMakesNoLostConnectionAgain()
      throws Exception {
    try (TestServer server = new TestServer()) {
      TestUser user = new TestUser();
      Runner runner = runner(server.port(), false, new MemoryOutbox(), user);
      runner.start();
      try (TestServer.Peer peer = server.accept()) {
        peer.letIn();
        assertThat(user.next()).isEqualTo("connected");
        runner.reconnect("the token is renewed");
        assertThat(peer.read()).isEqualTo(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        assertThat(peer.read()).isNull();
        assertThat(user.next()).isEqualTo("the token is renewed; again");
      }
      try (TestServer.Peer peer = server.accept()) {
        peer.letIn();
        assertThat(user.next()).isEqualTo("connected");
      }
      assertThat(user.next()).isEqualTo("the server closed the connection");
      stop(runner);
    }
  }

  private static void stop(Runner runner) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    runner.stop(TestUser.goodbye(), done::countDown);
    await(done);
  }
}
