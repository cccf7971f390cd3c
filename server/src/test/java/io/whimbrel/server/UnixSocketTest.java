package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.server.ProxyHeaders.from;
import static io.whimbrel.server.ProxyHeaders.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** MQTT on a Unix socket, and the file that it has. */
@Timeout(60)
class UnixSocketTest {
  private static final byte[] CONNACK = {0x20, 2, 0, 0};

  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void chooseAPath() {
    path = directory.resolve("broker.sock");
  }

  @Test
  void carriesMessages() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker();
        SocketChannel client = connected("c")) {
      byte[] publish =
          RawClient.bytes(
              new Publish(
                  false,
                  Qos.AT_LEAST_ONCE,
                  false,
                  TopicName.of("t"),
                  2,
                  Properties.NONE,
                  new byte[300_000]),
              MQTT_3_1_1);
      write(client, RawClient.bytes(subscribe(), MQTT_3_1_1));
      assertThat(read(client, 5)).containsExactly(0x90, 3, 0, 1, 1);
      write(client, publish);

      byte[] heard = read(client, publish.length + 4); // and PUBACK before or behind
      assertThat(heard).contains(0x40, 2, 0, 2);
      log.await("'c' connected from unix by unix");
      assertThat(broker.server.listening())
          .contains(new Listening(Listening.Kind.UNIX, UnixDomainSocketAddress.of(path)));
    }
  }

  @Test
  void mayBeTheOnlyWayIn() throws Exception {
    try (TestBroker broker =
        broker("listeners.tcp-port", "0", "listeners.websocket-port", "0", "http.port", "0")) {
      connected("c").close();

      assertThat(broker.server.listening())
          .map(Listening::kind)
          .containsExactly(Listening.Kind.UNIX);
    }
  }

  @Test
  void isForItsOwnerAloneUnlessAskedOtherwise() throws Exception {
    try (TestBroker broker = broker()) {
      assertThat(mode()).isEqualTo("rw-------");
    }
    try (TestBroker broker = broker("listeners.unix-socket-mode", "660")) {
      assertThat(mode()).isEqualTo("rw-rw----");
    }
  }

  @Test
  void leavesNothingBehindButItsLock() throws Exception {
    TestBroker broker = broker();
    try (broker;
        SocketChannel client = connected("c");
        Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(path, lock());
    }
    assertThat(directory).isDirectoryNotContaining(file -> !file.equals(lock()));
    assertThat(lock()).isEmptyFile();
    broker().close();
  }

  @Test
  void replacesWhatADeadBrokerLeft() throws Exception {
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path))
        .close();
    assertThat(path).exists();

    try (TestBroker broker = broker()) {
      connected("c").close();
    }
  }

  @Test
  void doesNotTakeTheSocketOfOneThatLives() throws Exception {
    try (TestBroker first = broker()) {
      assertThatThrownBy(this::broker)
          .isInstanceOf(StartException.class)
          .hasMessage(
              "cannot listen on "
                  + path
                  + " (listeners.unix-socket): it is in use: stop the program that listens there,"
                  + " or choose another path with --unix-socket");
      connected("c").close();
    }
  }

  @Test
  void doesNotTakeTheSocketOfOneThatIsStuck() throws Exception {
    try (ServerSocketChannel stuck = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        SocketChannel waits = SocketChannel.open(StandardProtocolFamily.UNIX);
        SocketChannel waitsToo = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      stuck.bind(UnixDomainSocketAddress.of(path), 1);
      waits.configureBlocking(false);
      waits.connect(UnixDomainSocketAddress.of(path));
      waitsToo.configureBlocking(false);
      waitsToo.connect(UnixDomainSocketAddress.of(path));

      assertThatThrownBy(this::broker).hasMessageContaining("in use");
    }
  }

  @Test
  void leavesAloneWhatIsNoSocket() throws Exception {
    Path target = Files.writeString(directory.resolve("target"), "precious");
    Files.writeString(path, "precious");
    assertRefused("there is something that is no socket, and it is left alone");
    assertThat(path).hasContent("precious");

    Files.delete(path);
    Files.createSymbolicLink(path, target);
    assertRefused("there is something that is no socket, and it is left alone");
    assertThat(target).hasContent("precious");

    Files.delete(path);
    Files.createDirectory(path);
    assertRefused("there is something that is no socket, and it is left alone");
    assertThat(path).isEmptyDirectory();
  }

  @Test
  void removesNoOtherFileAtItsStop() throws Exception {
    try (TestBroker broker = broker()) {
      Files.delete(path);
      Files.writeString(path, "precious");
    }
    assertThat(path).hasContent("precious");
  }

  @Test
  void saysWhatIsWrongWithAPath() {
    Path tooLong = directory.resolve("x".repeat(200));
    assertThatThrownBy(() -> new TestBroker("listeners.unix-socket", tooLong.toString()))
        .hasMessageContaining("its path is too long, ")
        .message()
        .doesNotContain("\n");

    Path nowhere = directory.resolve("nowhere").resolve("broker.sock");
    assertThatThrownBy(() -> new TestBroker("listeners.unix-socket", nowhere.toString()))
        .hasMessageContaining("its directory does not exist");
  }

  @Test
  void mayBeBehindAProxy() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker =
            broker("listeners.proxy-protocol", "unix", "listeners.allow-anonymous", "true");
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
        SocketChannel plain = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      write(client, join(from("203.0.113.7", 4242), connect("c")));
      assertThat(read(client, 4)).isEqualTo(CONNACK);
      log.await("'c' connected from 203.0.113.7:4242 by unix");

      write(plain, connect("p"));
      assertThat(plain.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      log.await("a client from unix was closed: no PROXY header");
    }
  }

  private Path lock() {
    return path.resolveSibling("broker.sock.lock");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(this::broker)
        .isInstanceOf(StartException.class)
        .hasMessage("cannot listen on " + path + " (listeners.unix-socket): " + why);
  }

  private TestBroker broker(String... settings) throws Exception {
    String[] all = new String[settings.length + 2];
    all[0] = "listeners.unix-socket";
    all[1] = path.toString();
    System.arraycopy(settings, 0, all, 2, settings.length);
    return new TestBroker(all);
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private SocketChannel connected(String clientId) throws IOException {
    SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
    write(client, connect(clientId));
    assertThat(read(client, 4)).isEqualTo(CONNACK);
    return client;
  }

  private static byte[] connect(String clientId) {
    return RawClient.bytes(RawClient.connect(MQTT_3_1_1, clientId), MQTT_3_1_1);
  }

  private static Subscribe subscribe() {
    return new Subscribe(
        1,
        Properties.NONE,
        List.of(
            new SubscriptionRequest(
                TopicFilter.of("t"), Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND)));
  }

  private static void write(SocketChannel to, byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      to.write(out);
    }
  }

  private static byte[] read(SocketChannel from, int count) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(count);
    while (in.hasRemaining()) {
      assertThat(from.read(in)).as("bytes after " + in.position()).isPositive();
    }
    return in.array();
  }
}
