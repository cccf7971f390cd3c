package io.whimbrel.client.internal;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an outbox was told, as a model of it: the state after each position. Steps are drawn by
 * chance, of those that a session may take.
 */
final class OutboxHistory {
  /** What is found when an outbox is opened: Kept in their order, and received identifiers. */
  record State(List<Outbox.Kept> kept, List<Integer> received) {
    static final State EMPTY = new State(List.of(), List.of());

    static State found(Outbox outbox, List<Outbox.Kept> kept) {
      return new State(kept, outbox.received().stream().sorted().toList());
    }
  }

  private static final int PACKET_IDS = 12;

  private final Random random;
  private final TreeMap<Long, Outbox.Kept> messages = new TreeMap<>();
  private final TreeSet<Integer> received = new TreeSet<>();
  private long newestOfTurn;

  /** By position in the life of the outbox. */
  final List<State> states = new ArrayList<>(List.of(State.EMPTY));

  OutboxHistory(Random random) {
    this.random = random;
  }

  /** A life begins with what was found. */
  void begin(State found) {
    messages.clear();
    found.kept.forEach(each -> messages.put(each.sequence(), each));
    received.clear();
    received.addAll(found.received);
    states.clear();
    states.add(found);
    newestOfTurn = 0;
  }

  long position() {
    return states.size() - 1;
  }

  /** Whether this was the state at that position or behind it. */
  boolean has(State state, long from) {
    return states.subList((int) from, states.size()).contains(state);
  }

  State last() {
    return states.get(states.size() - 1);
  }

  void commit(Outbox outbox) {
    newestOfTurn = 0;
    outbox.commit();
  }

  /** Takes a step, and gives the position that the outbox said, or 0. */
  long step(Outbox outbox) {
    int kind = random.nextInt(20);
    if (kind < 7 && messages.size() < 20) {
      return append(outbox, message(random));
    } else if (kind < 11) {
      return assign(outbox);
    } else if (kind < 13) {
      return release(outbox);
    } else if (kind < 17) {
      return messages.isEmpty() ? 0 : done(outbox, pick(new ArrayList<>(messages.keySet())));
    } else if (kind < 18 || received.isEmpty()) {
      return receive(outbox, 1 + random.nextInt(PACKET_IDS));
    } else if (random.nextInt(20) == 0) {
      outbox.forgetReceived();
      received.clear();
    } else {
      int id = pick(new ArrayList<>(received));
      received.remove(id);
      return told(outbox.completed(id));
    }
    return told(0);
  }

  long append(Outbox outbox, Publish message) {
    long sequence = messages.isEmpty() ? 1 : messages.lastKey() + 1;
    messages.put(sequence, new Outbox.Kept(sequence, message, 0, false));
    long told = told(outbox.append(sequence, message));
    newestOfTurn = sequence;
    return told;
  }

  private long assign(Outbox outbox) {
    List<Integer> free = new ArrayList<>();
    for (int id = 1; id <= PACKET_IDS; id++) {
      free.add(id);
    }
    messages.values().forEach(each -> free.remove((Integer) each.packetId()));
    for (Outbox.Kept each : messages.values()) {
      if (each.packetId() == 0 && !free.isEmpty()) {
        int id = pick(free);
        messages.put(each.sequence(), new Outbox.Kept(each.sequence(), each.message(), id, false));
        return told(outbox.assigned(each.sequence(), id));
      }
    }
    return 0;
  }

  private long release(Outbox outbox) {
    for (Outbox.Kept each : messages.values()) {
      if (each.packetId() > 0
          && !each.released()
          && each.message().qos() == Qos.EXACTLY_ONCE
          && random.nextBoolean()) {
        messages.put(
            each.sequence(),
            new Outbox.Kept(each.sequence(), each.message(), each.packetId(), true));
        return told(outbox.released(each.sequence()));
      }
    }
    return 0;
  }

  long done(Outbox outbox, long sequence) {
    messages.remove(sequence);
    outbox.done(sequence);
    if (sequence == newestOfTurn) {
      states.remove(states.size() - 1); // it leaves no trace but its position
      return told(0);
    }
    return told(0);
  }

  long receive(Outbox outbox, int id) {
    received.add(id);
    return told(outbox.received(id));
  }

  private long told(long position) {
    newestOfTurn = 0;
    states.add(new State(List.copyOf(messages.values()), List.copyOf(received)));
    return position;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  static Publish message(Random random) {
    byte[] payload = new byte[random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(60)];
    random.nextBytes(payload);
    Properties properties =
        random.nextBoolean()
            ? Properties.NONE
            : Properties.builder()
                .set(PropertyId.MESSAGE_EXPIRY_INTERVAL, random.nextInt(100))
                .user("näme", "v" + random.nextInt(10))
                .build();
    return new Publish(
        false,
        random.nextBoolean() ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE,
        random.nextBoolean(),
        TopicName.of("a/" + random.nextInt(10)),
        0,
        properties,
        payload);
  }

  static Publish message(String payload) {
    return message(payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  static Publish message(byte[] payload) {
    return new Publish(
        false, Qos.EXACTLY_ONCE, false, TopicName.of("t"), 0, Properties.NONE, payload);
  }
}
