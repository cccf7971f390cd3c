package io.whimbrel.client.internal;

import io.whimbrel.codec.Publish;
import java.util.List;

/**
 * An outbox that lives as long as its client: every step is as safe as it gets, at once, and the
 * session itself holds the messages.
 */
public final class MemoryOutbox implements Outbox {
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
    return 0;
  }

  /** What a message counts for: topic, properties and payload, and what it costs to hold. */
  public static long sizeOf(Publish message) {
    return 64L
        + message.topic().utf8().length
        + message.properties().encodedLength()
        + message.payload().length;
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
  public void done(long sequence) {}

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
  public void close() {}
}
