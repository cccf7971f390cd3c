package io.whimbrel.server.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a running broker on its control socket, and waits for the answer. */
public final class ControlCall {
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  private final Path socket;
  private final long endNanos;

  private ControlCall(Path socket, long waitMillis) {
    this.socket = socket;
    this.endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
  }

  /**
   * Asks, and returns the answer, which may be an error.
   *
   * @param waitMillis how long a broker that is there may take
   * @throws ControlException nobody answered, with the reason for whoever asked
   */
  public static Answer ask(Path socket, Request request, long waitMillis) throws ControlException {
    byte[] line = request.line();
    if (line.length > Request.LINE_BYTES_MAX + 1) {
      throw new ControlException(
          "a request has "
              + Request.LINE_BYTES_MAX
              + " bytes at most, this one has "
              + (line.length - 1));
    }
    return new ControlCall(socket, waitMillis).ask(line);
  }

  private Answer ask(byte[] line) throws ControlException {
    byte[] heard;
    try (SocketChannel channel = connect();
        Selector selector = Selector.open()) {
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      ByteBuffer left = ByteBuffer.wrap(line);
      while (left.hasRemaining()) {
        await(selector);
        channel.write(left);
      }
      key.interestOps(SelectionKey.OP_READ);
      heard = read(channel, selector);
    } catch (IOException lost) {
      throw ended(lost);
    }
    return Answer.read(heard).orElseThrow(() -> ended(null));
  }

  private ControlException ended(@Nullable IOException lost) {
    String text =
        "the broker at "
            + socket
            + " closed before it answered: it may be stopping, or is asked too much at once";
    return lost == null ? new ControlException(text) : new ControlException(text, lost);
  }

  private byte[] read(SocketChannel channel, Selector selector)
      throws IOException, ControlException {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(4096);
    while (true) {
      await(selector);
      int count = channel.read(some);
      if (count < 0) {
        return heard.toByteArray();
      }
      heard.write(some.array(), 0, count);
      some.clear();
      if (heard.size() > ANSWER_BYTES_MAX) {
        throw new ControlException(socket + " answers without an end: it is no broker's");
      }
    }
  }

  private void await(Selector selector) throws IOException, ControlException {
    long millis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
    if (millis <= 0 || selector.select(millis) == 0) {
      throw new ControlException(
          "the broker at " + socket + " did not answer in time; it may have done what was asked");
    }
    selector.selectedKeys().clear();
  }

  private SocketChannel connect() throws ControlException {
    if (!Files.exists(socket)) {
      boolean hidden = !Files.notExists(socket);
      throw new ControlException(hidden ? notAllowed() : "there is no " + socket + noBroker());
    }
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.configureBlocking(false); // who is stuck is not waited for
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
      } catch (IOException | RuntimeException refused) {
        channel.close();
        throw refused;
      }
    } catch (ConnectException nobody) {
      throw new ControlException("nobody listens at " + socket + noBroker(), nobody);
    } catch (IOException refused) {
      String why = String.valueOf(refused.getMessage());
      throw new ControlException(
          why.contains("ermission") ? notAllowed() : socket + ": " + why, refused);
    }
  }

  private static String noBroker() {
    return ": no broker runs there, or it has no control socket; --data-dir, --config or --socket"
        + " say where one is";
  }

  private String notAllowed() {
    return socket + " is the broker's user's alone: run this as that user";
  }
}
