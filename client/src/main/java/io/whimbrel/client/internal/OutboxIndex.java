package io.whimbrel.client.internal;

import io.whimbrel.client.internal.OutboxRecord.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is alive in a log, and where: the sum of its records in their order. Reading a log and
 * writing it go through the same sum, so that what is known while it is written is what would be
 * found.
 *
 * <p>A message record says all of its message. One whose sequence is known is a copy, made when its
 * segment is to go: it takes the place of the first, which stays in the log until the copy is safe.
 * A step of a message that is unknown is one whose message went with a segment after it was done.
 *
 * <p>Owned by the log.
 */
final class OutboxIndex {
  /** A message that is not done. */
  static final class Message {
    final long sequence;
    final int segment;
    final long offset;
    final int size;
    int packetId;
    boolean released;

    private Message(long sequence, int segment, long offset, int size) {
      this.sequence = sequence;
      this.segment = segment;
      this.offset = offset;
      this.size = size;
    }
  }

  /** In the order in which they stand in the log, by sequence. */
  private final Map<Long, Message> messages = new LinkedHashMap<>();

  /** The segments of received packet identifiers, likewise. */
  private final Map<Integer, Integer> received = new LinkedHashMap<>();

  private long messageBytes;

  /** Adds the next record of the log. */
  void apply(Kind kind, byte[] bytes, int from, int size, int segment, long offset) {
    switch (kind) {
      case MESSAGE -> {
        Message message = new Message(OutboxRecord.sequence(bytes, from), segment, offset, size);
        message.packetId = OutboxRecord.packetId(bytes, from);
        message.released = OutboxRecord.isReleased(bytes, from);
        remove(message.sequence); // so that it goes to the end
        messages.put(message.sequence, message);
        messageBytes += size;
      }
      case ASSIGNED -> {
        Message message = messages.get(OutboxRecord.sequence(bytes, from));
        if (message != null) {
          message.packetId = OutboxRecord.packetId(bytes, from);
        }
      }
      case RELEASED -> {
        Message message = messages.get(OutboxRecord.sequence(bytes, from));
        if (message != null) {
          message.released = true;
        }
      }
      case DONE -> remove(OutboxRecord.sequence(bytes, from));
      case RECEIVED -> {
        int packetId = OutboxRecord.identifier(bytes, from);
        received.remove(packetId);
        received.put(packetId, segment);
      }
      case COMPLETED -> received.remove(OutboxRecord.identifier(bytes, from));
      case FORGOTTEN -> received.clear();
      case SAFE, END -> {}
      case CLIENT -> throw new IllegalStateException("it has a file of its own");
    }
  }

  private void remove(long sequence) {
    Message known = messages.remove(sequence);
    messageBytes -= known == null ? 0 : known.size;
  }

  /** In the order in which they stand in the log. */
  Collection<Message> messages() {
    return messages.values();
  }

  List<Integer> received() {
    return List.copyOf(received.keySet());
  }

  /** The first message in the log, where it stands in that segment. */
  @Nullable Message firstIn(int segment) {
    if (messages.isEmpty()) {
      return null;
    }
    Message first = messages.values().iterator().next();
    return first.segment == segment ? first : null;
  }

  /** The first received packet identifier in the log, where it stands in that segment, or -1. */
  int firstReceivedIn(int segment) {
    if (received.isEmpty()) {
      return -1;
    }
    Map.Entry<Integer, Integer> first = received.entrySet().iterator().next();
    return first.getValue() == segment ? first.getKey() : -1;
  }

  /** What the log would take if it held nothing else. */
  long liveBytes() {
    return messageBytes + (long) received.size() * OutboxRecord.RECEIVED_BYTES;
  }
}
