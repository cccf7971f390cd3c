package io.whimbrel.server.sn;

import io.whimbrel.line.Line;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A line in memory. What the test says is handed over when the link reads; when {@link #says}
 * returns, the link has dealt with all of it.
 */
final class MemoryLine implements Line {
  private static final byte[] SILENCE = new byte[0];
  private static final byte[] DONE = new byte[0];
  private static final byte[] GONE = new byte[0];
  private static final long PATIENCE_SECONDS = 60;
  private static final long LOOK_AGAIN_MILLIS = 5;

  private final SynchronousQueue<byte[]> said = new SynchronousQueue<>();
  private final LinkedBlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();
  private final Object wire = new Object();
  private boolean stuck;
  private boolean unwritable;
  private volatile boolean closed;
  private volatile boolean ending;

  // ---------------------------------------------------------------- the device's end

  void says(byte[] octets) throws InterruptedException {
    put(octets);
    put(DONE);
  }

  void silence() throws InterruptedException {
    says(SILENCE);
  }

  /** The device is unplugged. */
  void gone() throws InterruptedException {
    put(GONE);
  }

  private void put(byte[] octets) throws InterruptedException {
    if (!said.offer(octets, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the link does not read");
    }
  }

  /** The octets of the next write. */
  byte[] hears() throws InterruptedException {
    byte[] octets = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (octets == null) {
      throw new AssertionError("the link does not write");
    }
    return octets;
  }

  byte @Nullable [] hasHeard() {
    return heard.poll();
  }

  /** From now on the device takes nothing, or takes it again. */
  void stuck(boolean now) {
    synchronized (wire) {
      stuck = now;
      wire.notifyAll();
    }
  }

  /** From now on writes fail. */
  void unwritable() {
    synchronized (wire) {
      unwritable = true;
    }
  }

  /** Reads return at once from now on, so that whoever reads may end. */
  void ending() {
    ending = true;
  }

  boolean isClosed() {
    return closed;
  }

  // ---------------------------------------------------------------- the link's end

  @Override
  public int read(byte[] into) throws IOException {
    try {
      while (!ending) {
        byte[] next = said.poll(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        if (next == SILENCE) {
          return 0;
        } else if (next == GONE) {
          throw new IOException("the device is gone");
        } else if (next != null && next != DONE) {
          System.arraycopy(next, 0, into, 0, next.length);
          return next.length;
        }
        synchronized (wire) {
          if (unwritable) {
            return 0; // whoever could not write has to be heard
          }
        }
      }
      return 0;
    } catch (InterruptedException never) {
      throw new IOException(never);
    }
  }

  @Override
  public void write(byte[] octets) throws IOException {
    synchronized (wire) {
      try {
        while (stuck && !closed) {
          wire.wait();
        }
      } catch (InterruptedException over) {
        throw new IOException(over);
      }
      if (closed || unwritable) {
        throw new IOException("the device is gone");
      }
    }
    heard.add(octets);
  }

  @Override
  public void close() {
    synchronized (wire) {
      closed = true;
      wire.notifyAll();
    }
  }
}
