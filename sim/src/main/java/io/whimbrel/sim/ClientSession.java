package io.whimbrel.sim;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a correct client keeps for its session (4.1): what it sent and was not fully acknowledged,
 * and the QoS 2 identifiers it received. Owned by the simulation's thread.
 */
final class ClientSession {
  final Life life;

  /** In the order they were first sent [MQTT-4.6.0-1]. */
  final Map<Integer, Out> out = new LinkedHashMap<>();

  /** Identifiers of QoS 2 messages that came and were not released, with what they carried. */
  final Map<Integer, String> received = new HashMap<>();

  private int lastId;

  /** A message the client sent. */
  static final class Out {
    final Message message;
    final byte[] payload;
    boolean released;

    Out(Message message, byte[] payload) {
      this.message = message;
      this.payload = payload;
    }
  }

  ClientSession(Life life) {
    this.life = life;
  }

  /** A free packet identifier, or 0 where all are in use. */
  int nextId(int most, java.util.Set<Integer> requests) {
    for (int i = 0; i < Math.min(most, 100); i++) {
      lastId = lastId % most + 1;
      if (!out.containsKey(lastId) && !requests.contains(lastId)) {
        return lastId;
      }
    }
    return 0;
  }
}
