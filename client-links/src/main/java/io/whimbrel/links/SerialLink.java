package io.whimbrel.links;

import io.whimbrel.client.sn.SnTransport;
import io.whimbrel.codec.sn.SnLineReader;
import io.whimbrel.line.Line;
import io.whimbrel.line.SerialPortLine;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A serial line to a gateway: a UART, or a Bluetooth RFCOMM channel. Messages stand on it one
 * behind the other, as their lengths say (5.2.1). While it is open it has a thread that reads and
 * one that writes; what waits to be written is bounded, and more is lost. See the port for the
 * rest.
 */
public final class SerialLink implements SnTransport {
  private static final int WAITING_BYTES_MAX = 16 * 1024;
  private static final int READ_BYTES = 1_024;
  private static final long GOODBYE_MILLIS = 1_000;

  private final String device;
  private final int baud;
  private final boolean rtsCts;
  private final int sizeMax;
  private volatile @Nullable Open open;

  private SerialLink(String device, int baud, boolean rtsCts, int sizeMax) {
    this.device = device;
    this.baud = baud;
    this.rtsCts = rtsCts;
    this.sizeMax = sizeMax;
  }

  /**
   * By a line of eight bits, no parity and one stop bit; not open yet.
   *
   * @param device its path, {@code /dev/rfcomm0}, or its name, {@code COM3}
   * @param baud bits a second
   * @throws IllegalArgumentException there is no such speed
   */
  public static SerialLink at(String device, int baud) {
    return at(device, baud, false, UDP_BYTES_MAX);
  }

  /**
   * The same.
   *
   * @param rtsCts whether the two ends stop each other with RTS and CTS
   * @param sizeMax octets of the longest message, 64 to 65,535
   * @throws IllegalArgumentException there is no such speed, or no such size
   */
  public static SerialLink at(String device, int baud, boolean rtsCts, int sizeMax) {
    if (device.isEmpty() || baud < 1 || sizeMax < 64 || sizeMax > 65_535) {
      throw new IllegalArgumentException(
          "a line '" + device + "' of " + baud + " baud, for messages of " + sizeMax + " octets");
    }
    return new SerialLink(device, baud, rtsCts, sizeMax);
  }

  @Override
  public void open(Receiver receiver) throws IOException {
    Open made = new Open(SerialPortLine.open(device, baud, rtsCts), receiver);
    open = made;
    made.begin();
  }

  @Override
  public void send(byte[] datagram) {
    Open now = open;
    if (now != null) {
      now.send(datagram);
    }
  }

  @Override
  public int sizeMax() {
    return sizeMax;
  }

  @Override
  public void close() {
    Open now = open;
    open = null;
    if (now != null) {
      now.close();
    }
  }

  @Override
  public String toString() {
    return device;
  }

  /** The line from when it is open until it is not. */
  private final class Open {
    private final Line line;
    private final Receiver receiver;
    private final LinkedBlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingBytes = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closing;

    private Open(Line line, Receiver receiver) {
      this.line = line;
      this.receiver = receiver;
    }

    private void begin() {
      start("whimbrel-line-in", this::read);
      start("whimbrel-line-out", this::write);
    }

    private static void start(String name, Runnable action) {
      Thread thread = new Thread(action, name);
      thread.setDaemon(true);
      thread.start();
    }

    private void send(byte[] datagram) {
      if (!closing && waitingBytes.get() < WAITING_BYTES_MAX) {
        waitingBytes.addAndGet(datagram.length);
        waiting.add(datagram);
      }
    }

    private void read() {
      SnLineReader reader = new SnLineReader(sizeMax);
      byte[] bytes = new byte[READ_BYTES];
      try {
        while (!closing) {
          int read = line.read(bytes);
          if (read == 0) {
            reader.onSilence();
          } else {
            reader.onBytes(
                bytes,
                0,
                read,
                (message, begin, end) ->
                    receiver.onDatagram(Arrays.copyOfRange(message, begin, end), device));
          }
        }
      } catch (IOException lost) {
        lost(lost);
      }
    }

    private void write() {
      try {
        while (!closing || !waiting.isEmpty()) {
          byte[] next = waiting.poll(Line.SILENCE_MILLIS, TimeUnit.MILLISECONDS);
          if (next != null) {
            waitingBytes.addAndGet(-next.length);
            line.write(next);
          }
        }
      } catch (IOException lost) {
        lost(lost);
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
      } finally {
        ended.countDown();
      }
    }

    private void lost(IOException why) {
      boolean known = closing;
      closing = true;
      if (!known) {
        line.close();
        receiver.onClosed(String.valueOf(why.getMessage()));
      }
    }

    private void close() {
      boolean known = closing;
      closing = true;
      if (known) {
        return; // it is lost
      }
      try {
        if (!ended.await(GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
          waiting.clear();
        }
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
      }
      line.close();
    }
  }
}
