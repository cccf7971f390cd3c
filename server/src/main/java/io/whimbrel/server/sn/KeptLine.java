package io.whimbrel.server.sn;

import io.whimbrel.line.Line;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line that is opened again whenever it is lost: a device that is unplugged, or was not there
 * when the broker started, is used when it comes. One thread opens, reads and closes it; while it
 * is open, another writes what waits, of which there is no more than {@link #WAITING_BYTES_MAX} and
 * one datagram. Nobody else waits for the line.
 */
final class KeptLine {
  /** More is not taken to be written: on a slow line, what devices have long asked for again. */
  static final int WAITING_BYTES_MAX = 16 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.listeners");
  private static final int READ_BYTES = 1024;
  private static final long GOODBYE_MILLIS_MAX = 1_000;
  private static final long STOP_MILLIS_MAX = 5_000;

  /** Hears of the line, on the thread that reads it. */
  interface Receiver {
    /** The line is open, for the first time or again. */
    void onOpen();

    /**
     * Octets came.
     *
     * @param bytes from 0 to this; valid until this returns
     */
    void onBytes(byte[] bytes, int to);

    /** Nothing came for {@link Line#SILENCE_MILLIS}. */
    void onSilence();

    /** The line is lost, and so many datagrams that waited to be written with it. */
    void onLost(int unwritten);
  }

  private final String name;
  private final Line.Opener opener;
  private final long retryMillis;
  private final Receiver receiver;
  private final Thread reader;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final LinkedBlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();
  private final AtomicInteger waitingBytes = new AtomicInteger();
  private @Nullable String told; // why it is not open, by the reader alone

  private volatile boolean open;

  /**
   * A line that nobody has opened so far.
   *
   * @param name for people: the path of the device
   * @param retryMillis how long it is left alone before it is opened again
   */
  KeptLine(String name, Line.Opener opener, long retryMillis, Receiver receiver) {
    this.name = name;
    this.opener = opener;
    this.retryMillis = retryMillis;
    this.receiver = receiver;
    this.reader = thread("whimbrel-line-in", this::run);
  }

  private static Thread thread(String name, Runnable action) {
    Thread thread = new Thread(action, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Begins to open it; once. */
  void start() {
    reader.start();
  }

  /** Closes it when what waits is written, within bounds, and waits for that; once is enough. */
  void stop() {
    stopping.countDown();
    try {
      reader.join(STOP_MILLIS_MAX);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it is taken to be written, which may be in vain; by one thread. */
  boolean write(byte[] octets) {
    if (!open || waitingBytes.get() >= WAITING_BYTES_MAX) {
      return false;
    }
    waitingBytes.addAndGet(octets.length);
    waiting.add(octets);
    return true;
  }

  // ---------------------------------------------------------------- one thread

  private void run() {
    while (!isStopping(0)) {
      try {
        use(opener.open());
      } catch (IOException | RuntimeException lost) {
        tell(lost);
        isStopping(retryMillis);
      }
    }
  }

  private boolean isStopping(long withinMillis) {
    try {
      return stopping.await(withinMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurried) {
      stopping.countDown();
      return true;
    }
  }

  /** Once for each reason, however often it is tried. */
  private void tell(Exception lost) {
    String why = why(lost);
    if (!why.equals(told)) {
      told = why;
      LOG.warn("sn on {}: {}; tried again every few seconds", name, why);
    }
  }

  private static String why(Exception lost) {
    return lost instanceof IOException ? String.valueOf(lost.getMessage()) : String.valueOf(lost);
  }

  private void use(Line line) throws IOException {
    Writing writing = new Writing(line);
    try {
      open = true;
      writing.thread.start();
      receiver.onOpen();
      read(line, writing);
    } finally {
      open = false;
      end(line, writing);
      receiver.onLost(forget() + (writing.failed == null ? 0 : 1));
    }
  }

  private void read(Line line, Writing writing) throws IOException {
    byte[] bytes = new byte[READ_BYTES];
    boolean works = false;
    while (!isStopping(0)) {
      int read = line.read(bytes);
      String failed = writing.failed;
      if (failed != null) {
        throw new IOException(failed);
      }
      if (!works) { // one that is lost as soon as it is open is not told of each time
        works = true;
        told = null;
        LOG.info("sn on {}: open", name);
      }
      if (read > 0) {
        receiver.onBytes(bytes, read);
      } else {
        receiver.onSilence();
      }
    }
  }

  private void end(Line line, Writing writing) {
    try {
      if (isStopping(0)) {
        writing.phase = Phase.LAST;
        writing.thread.join(GOODBYE_MILLIS_MAX);
      }
      writing.phase = Phase.OVER;
      line.close();
      writing.thread.interrupt();
      writing.thread.join(GOODBYE_MILLIS_MAX);
    } catch (InterruptedException hurried) {
      stopping.countDown(); // nobody else does: this thread is ours
    }
  }

  private int forget() {
    int unwritten = 0;
    for (byte[] one = waiting.poll(); one != null; one = waiting.poll()) {
      waitingBytes.addAndGet(-one.length);
      unwritten++;
    }
    return unwritten;
  }

  // ---------------------------------------------------------------- another thread

  private enum Phase {
    /** Writes whatever comes. */
    ON,
    /** Writes what is there. */
    LAST,
    /** Writes nothing any more. */
    OVER
  }

  /** What writes while one line is open. */
  private final class Writing implements Runnable {
    private final Line line;
    private final Thread thread = thread("whimbrel-line-out", this);
    private volatile Phase phase = Phase.ON;
    private volatile @Nullable String failed; // why, and with it what was being written

    Writing(Line line) {
      this.line = line;
    }

    @Override
    public void run() {
      try {
        while (phase == Phase.ON || (phase == Phase.LAST && !waiting.isEmpty())) {
          byte[] next = waiting.poll(Line.SILENCE_MILLIS, TimeUnit.MILLISECONDS);
          if (next != null) {
            waitingBytes.addAndGet(-next.length);
            line.write(next);
          }
        }
      } catch (IOException | RuntimeException lost) {
        failed = why(lost);
      } catch (InterruptedException closed) {
        Thread.currentThread().interrupt(); // the line is closed, and this thread ends with it
      }
    }
  }
}
