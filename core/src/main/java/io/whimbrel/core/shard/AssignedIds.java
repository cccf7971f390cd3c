package io.whimbrel.core.shard;

import io.whimbrel.core.routing.Directory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Client Identifiers for clients that bring none [MQTT-3.1.3-6]: unlike any other of this broker,
 * and not to be guessed from one that is known. Shared by all shards.
 */
final class AssignedIds {
  private final Directory directory;
  private final long key;
  private final AtomicLong assigned = new AtomicLong();

  AssignedIds(Directory directory, long key) {
    this.directory = directory;
    this.key = key;
  }

  String next() {
    String id;
    do {
      long mixed = assigned.incrementAndGet() * 0x9E3779B97F4A7C15L;
      mixed ^= key;
      mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
      id = "whimbrel-" + Long.toUnsignedString(mixed ^ (mixed >>> 32), 36);
    } while (directory.contains(id)); // [MQTT-3.2.2-16]
    return id;
  }
}
