package io.whimbrel.junit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way to a broker byte by byte: the test is the client, and the broker too. */
final class NetworkTest {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int SILENCE_MILLIS = 50;

  private final List<AutoCloseable> open = new ArrayList<>();
  private ServerSocket listener;
  private Network network;

  /** Both ends of a connection. */
  private record Pair(Socket client, Socket broker) {}

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(PATIENCE_MILLIS);
    open.add(listener);
    network = new Network(kind -> listener.getLocalPort());
  }

  @AfterEach
  void close() throws Exception {
    network.stop();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Socket client() throws IOException {
    Socket client =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(network.uri()).getPort());
    client.setSoTimeout(PATIENCE_MILLIS);
    open.add(client);
    return client;
  }

  private Pair pair() throws IOException {
    Socket client = client();
    Socket broker = listener.accept();
    broker.setSoTimeout(PATIENCE_MILLIS);
    open.add(broker);
    Pair pair = new Pair(client, broker);
    passes(pair);
    return pair;
  }

  private static void passes(Pair pair) throws IOException {
    send(pair.client, "ping");
    assertThat(read(pair.broker, 4)).isEqualTo("ping");
    send(pair.broker, "pong");
    assertThat(read(pair.client, 4)).isEqualTo("pong");
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
  }

  private static void isSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** As a broker that dies does, and no other. */
  private static void isReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  private static void isCut(Socket socket) {
    assertThatThrownBy(
            () -> {
              if (socket.getInputStream().read() < 0) {
                throw new IOException("closed");
              }
            })
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void whatIsSentArrivesAndTheEndAsWell() throws Exception {
    Pair pair = pair();
    send(pair.client, "bye");
    pair.client.close();

    assertThat(read(pair.broker, 4)).isEqualTo("bye");
  }

  @Test
  void manyBytesArriveInTheirOrder() throws Exception {
    Pair pair = pair();
    byte[] bytes = new byte[8 * 1024 * 1024];
    new Random(1).nextBytes(bytes);
    network.delay(Duration.ofMillis(1));
    Thread sender =
        new Thread(
            () -> {
              try {
                pair.client.getOutputStream().write(bytes);
                pair.client.close();
              } catch (IOException failed) {
                throw new AssertionError(failed);
              }
            });
    sender.start();

    assertThat(pair.broker.getInputStream().readAllBytes()).isEqualTo(bytes);
    sender.join(PATIENCE_MILLIS);
  }

  @Test
  void bytesAreUnderWayAsLongAsIsSaid() throws Exception {
    Pair pair = pair();
    network.delay(Duration.ofMillis(60));
    long begun = System.nanoTime();

    passes(pair);

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(120));
  }

  @Test
  void aCutEndsBothSidesAndLaterConnectionsAreNotTouched() throws Exception {
    Pair pair = pair();

    network.cut();

    isReset(pair.client);
    isReset(pair.broker);
    passes(pair());
  }

  @Test
  void whatIsSwallowedNeverArrivesAndNeitherDoesTheEnd() throws Exception {
    Pair pair = pair();
    network.drop();
    send(pair.client, "lost");
    pair.client.close();

    isSilent(pair.broker);
  }

  @Test
  void aConnectionThatLostNothingGoesOnAndOneThatDidIsCut() throws Exception {
    Pair quiet = pair();
    Pair loud = pair();
    network.drop();
    send(loud.broker, "lost");
    isSilent(loud.client);

    network.resume();

    isCut(loud.client);
    isCut(loud.broker);
    passes(quiet);
  }

  @Test
  void newConnectionsAreRefusedUntilTheyAreAccepted() throws Exception {
    Pair pair = pair();
    network.refuse();

    isReset(client());
    passes(pair);

    network.accept();
    passes(pair());
  }

  @Test
  void soManyBytesReachTheBrokerAndNoneBehindThem() throws Exception {
    Pair first = pair();
    Pair second = pair();
    network.cutAfterBytes(7);
    send(first.client, "12345");
    assertThat(read(first.broker, 5)).isEqualTo("12345");

    send(second.client, "67890");

    assertThat(read(second.broker, 5)).isEqualTo("67");
    isCut(second.client);
    isCut(first.client);
    passes(pair());
  }

  @Test
  void whatComesBackIsCountedByItself() throws Exception {
    Pair pair = pair();
    network.cutAfterBytes(Network.Direction.TO_CLIENT, 3);
    send(pair.client, "a question");
    assertThat(read(pair.broker, 10)).isEqualTo("a question");

    send(pair.broker, "answer");

    assertThat(read(pair.client, 6)).isEqualTo("ans");
    isCut(pair.broker);
  }

  @Test
  void healedNothingGoesWrong() throws Exception {
    network.delay(Duration.ofDays(1));
    network.refuse();
    network.cutAfterBytes(1);
    network.drop();

    network.heal();

    passes(pair());
  }

  @Test
  void aClientOfABrokerThatIsGoneIsCut() throws Exception {
    listener.close();

    isCut(client());
  }

  @Test
  void connectionsAreCountedUntilBothSidesHaveEnded() throws Exception {
    Pair pair = pair();
    pair();
    assertThat(network.connections()).isEqualTo(2);

    pair.client.close();
    isCut(pair.broker);

    long end = System.nanoTime() + SECONDS.toNanos(20);
    while (network.connections() > 1 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(network.connections()).isEqualTo(1);
  }
}
