package io.whimbrel.client.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that fails when told to, and knows what a power cut may leave of it: what was
 * forced, and of the rest anything. Used by any thread.
 */
final class TestDisk implements OutboxFiles {
  private static final class Content {
    byte[] now = new byte[0];
    byte[] forced = new byte[0];
    final List<Change> since = new ArrayList<>();
  }

  /** A write, or a cut where there are no bytes. */
  private record Change(long at, byte[] bytes, boolean isCut) {
    byte[] applied(byte[] to) {
      if (isCut) {
        return Arrays.copyOf(to, (int) Math.min(at, to.length));
      }
      byte[] result = Arrays.copyOf(to, Math.max(to.length, (int) at + bytes.length));
      System.arraycopy(bytes, 0, result, (int) at, bytes.length);
      return result;
    }

    Change torn(Random random) {
      return isCut
          ? this
          : new Change(at, Arrays.copyOf(bytes, random.nextInt(bytes.length)), false);
    }
  }

  private final Map<String, Content> now = new TreeMap<>();
  private final Map<String, Content> synced = new TreeMap<>();
  private boolean locked;
  private boolean keepsLock;
  private long stepsLeft = Long.MAX_VALUE;
  private String failure = "";

  // ---------------------------------------------------------------- what tests do to it

  /** Fails in so many steps, and in each one after. */
  synchronized void failIn(long steps, String why) {
    stepsLeft = steps;
    failure = why;
  }

  /** Fails to release its lock. */
  synchronized void keepLock() {
    keepsLock = true;
  }

  /** What the operating system has after the process was killed. */
  synchronized TestDisk afterKill() {
    TestDisk left = new TestDisk();
    now.forEach((name, content) -> left.put(name, content.now));
    return left;
  }

  /** What the disk may have after its power was cut. */
  synchronized TestDisk afterPowerCut(Random random) {
    TestDisk left = new TestDisk();
    Map<String, Content> names = new TreeMap<>(synced);
    for (Map.Entry<String, Content> each : now.entrySet()) {
      if (random.nextBoolean()) {
        names.put(each.getKey(), each.getValue());
      }
    }
    names.keySet().removeIf(name -> !now.containsKey(name) && random.nextBoolean());
    names.forEach((name, content) -> left.put(name, cut(content, random)));
    return left;
  }

  private static byte[] cut(Content content, Random random) {
    byte[] bytes = content.forced;
    int kind = random.nextInt(3);
    for (Change change : content.since) {
      if (kind == 0 || (kind == 1 && random.nextBoolean())) {
        bytes = change.applied(bytes);
      } else if (random.nextBoolean()) {
        bytes = change.torn(random).applied(bytes);
      }
    }
    return bytes;
  }

  synchronized void put(String name, byte[] bytes) {
    Content content = new Content();
    content.now = bytes.clone();
    content.forced = bytes.clone();
    now.put(name, content);
    synced.put(name, content);
  }

  synchronized byte[] bytes(String name) {
    return now.get(name).now.clone();
  }

  /** The names of the segments. */
  synchronized List<String> segments() {
    return now.keySet().stream().filter(name -> name.endsWith(".log")).toList();
  }

  synchronized long size() {
    return now.values().stream().mapToLong(content -> content.now.length).sum();
  }

  // ---------------------------------------------------------------- what the outbox does with it

  private void step() throws IOException {
    if (stepsLeft-- <= 0) {
      stepsLeft = 0;
      throw new IOException(failure);
    }
  }

  @Override
  public synchronized void lock() {
    if (locked) {
      throw new OutboxException("in use", null);
    }
    locked = true;
  }

  @Override
  public synchronized void unlock() throws IOException {
    if (keepsLock) {
      throw new IOException("the lock is not released");
    }
    locked = false;
  }

  synchronized boolean isLocked() {
    return locked;
  }

  @Override
  public synchronized List<String> names() throws IOException {
    step();
    return List.copyOf(now.keySet());
  }

  @Override
  public synchronized OpenFile open(String name) throws IOException {
    step();
    return new MemoryFile(now.computeIfAbsent(name, absent -> new Content()));
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    step();
    if (now.remove(name) == null) {
      throw new IOException("no such file: " + name);
    }
  }

  @Override
  public synchronized void sync() throws IOException {
    step();
    synced.clear();
    synced.putAll(now);
  }

  @Override
  public String toString() {
    return "memory";
  }

  private final class MemoryFile implements OpenFile {
    private final Content content;

    MemoryFile(Content content) {
      this.content = content;
    }

    @Override
    public long size() {
      synchronized (TestDisk.this) {
        return content.now.length;
      }
    }

    @Override
    public int read(ByteBuffer into, long from) throws IOException {
      synchronized (TestDisk.this) {
        step();
        int count = (int) Math.min(into.remaining(), content.now.length - from);
        if (count <= 0) {
          return into.hasRemaining() ? -1 : 0;
        }
        into.put(content.now, (int) from, count);
        return count;
      }
    }

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      synchronized (TestDisk.this) {
        byte[] written = new byte[bytes.remaining()];
        bytes.get(written);
        if (stepsLeft == 0) { // some of it gets there
          change(new Change(at, Arrays.copyOf(written, written.length / 2), false));
        }
        step();
        change(new Change(at, written, false));
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (TestDisk.this) {
        step();
        change(new Change(size, new byte[0], true));
      }
    }

    private void change(Change change) {
      if (change.isCut || change.bytes.length > 0) {
        content.now = change.applied(content.now);
        content.since.add(change);
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (TestDisk.this) {
        step();
        content.forced = content.now;
        content.since.clear();
      }
    }

    @Override
    public void close() {}
  }
}
