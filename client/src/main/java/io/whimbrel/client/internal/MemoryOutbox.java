package io.whimbrel.client.internal;

import io.whimbrel.codec.Publish;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An outbox that lives as long as its client: every step is as safe as it gets, at once. */
public final class MemoryOutbox implements Outbox {
  private final Map<Long, Long> sizes = new HashMap<>();
  private long bytes;

  @Override
  public List<Kept> open(Listener listener) {
    return List.of();
  }

  @Override
  public List<Integer> received() {
    return List.of();
  }

  @Override
  public long append(long sequence, Publish message) {
    long size = sizeOf(message);
    sizes.put(sequence, size);
    bytes += size;
    return 0;
  }

  /** What a message counts for: its topic and payload, and what it costs to hold. */
  public static long sizeOf(Publish message) {
    return 64L + message.topic().utf8().length + message.payload().length;
  }

  @Override
  public long assigned(long sequence, int packetId) {
    return 0;
  }

  @Override
  public long released(long sequence) {
    return 0;
  }

  @Override
  public void done(long sequence) {
    Long size = sizes.remove(sequence);
    bytes -= size == null ? 0 : size;
  }

  @Override
  public long received(int packetId) {
    return 0;
  }

  @Override
  public long completed(int packetId) {
    return 0;
  }

  @Override
  public void forgetReceived() {}

  @Override
  public void commit() {}

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {}
}
