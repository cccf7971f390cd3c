package io.whimbrel.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What devices and clients said to each other, what was promised, and what came of it: the laws of
 * exactly once, at least once and order. Owned by the simulation's thread.
 */
final class SnLedger {
  private static final String WILL = "will ";

  private final World world;
  private final Map<String, Message> messages = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Set<Message> abandoned = new HashSet<>();
  private final Map<String, List<Life>> lives = new LinkedHashMap<>();
  private final Map<String, Map<Message, Integer>> once = new HashMap<>();
  private final Map<String, Set<Message>> came = new HashMap<>();
  private final Map<String, Integer> newest = new HashMap<>();
  private final Map<String, Integer> drops = new HashMap<>();
  private final Map<String, Integer> wills = new HashMap<>();
  private final Map<String, Integer> losses = new HashMap<>();

  SnLedger(World world) {
    this.world = world;
  }

  // ---------------------------------------------------------------- messages

  Message begin(String publisher, String topic, int qos) {
    int number = numbers.merge(publisher, 1, Integer::sum);
    String key = publisher + ":" + number;
    Message message = new Message(number, key, publisher, 0, topic, qos, false, false, -1);
    messages.put(key, message);
    return message;
  }

  void acknowledged(Message message) {
    if (message.ackedAt < 0) {
      message.ackedAt = world.now();
    }
  }

  /** Its publisher gives it up: it may have come, once. */
  void abandoned(Message message) {
    abandoned.add(message);
  }

  /** The gateway had no room for a topic. */
  void dropped(String client, String why) {
    if (!why.contains("topic ids")) {
      world.broken("nothing is dropped that has room", client + ": " + why);
    }
    world.mark("sim: no room for a topic id");
    drops.merge(client, 1, Integer::sum);
  }

  // ---------------------------------------------------------------- subscriptions

  /** A session begins, and the one before is over. */
  Life begin(String client) {
    List<Life> all = lives.computeIfAbsent(client, c -> new ArrayList<>());
    for (Life before : all) {
      end(before);
    }
    Life life = new Life(client, all.size() + 1);
    all.add(life);
    return life;
  }

  private void end(Life life) {
    life.over = true;
    for (Life.Sub sub : life.subs) {
      if (sub.goneAt < 0) {
        sub.goneAt = world.now();
      }
    }
  }

  // ---------------------------------------------------------------- what comes

  /**
   * A message came.
   *
   * @param fresh whether the receiver takes it for a new one
   */
  void received(
      String client, boolean lasting, String topic, String payload, int qos, boolean fresh) {
    if (payload.startsWith(WILL)) {
      if (fresh) {
        wills.merge(payload.substring(WILL.length()), 1, Integer::sum);
        world.note(client + " heard the " + payload);
      }
      return;
    }
    Message message = messages.get(payload);
    if (message == null) {
      world.broken("nothing comes from nowhere", client + " heard " + payload);
      return;
    }
    if (!message.topic.equals(topic)) {
      world.broken("a message keeps its topic", client + " heard " + message + " as " + topic);
    }
    if (lasting) {
      checkWanted(client, message);
    }
    if (!fresh) {
      return;
    }
    List<Life> all = lives.getOrDefault(client, List.of());
    String taker = lasting ? client : client + "/" + all.size(); // who begins anew forgets
    if (qos == 2
        && once.computeIfAbsent(taker, c -> new HashMap<>()).merge(message, 1, Integer::sum) > 1) {
      world.broken("QoS 2 is exactly once", client + " got " + message + " again");
    }
    if (qos == 2) {
      world.mark("sim: exactly once from " + kind(message.publisher) + " to " + kind(client));
    }
    boolean first = came.computeIfAbsent(client, c -> new HashSet<>()).add(message);
    // As if it were said only then; what a device said once the network may have doubled.
    boolean repeated =
        message.qos == 1 && (message.sends > 1 || !message.publisher.equals(SnWitness.ID));
    if (first && qos > 0 && !repeated && !abandoned.contains(message)) {
      String lane = client + " " + message.publisher + " " + topic;
      int before = newest.getOrDefault(lane, 0);
      if (before > message.number) {
        world.broken("messages come in order", client + " got " + message + " after " + before);
      }
      newest.put(lane, message.number);
    }
  }

  private static String kind(String client) {
    return client.equals(SnWitness.ID) ? "MQTT" : "a device";
  }

  private void checkWanted(String client, Message message) {
    for (Life life : lives.getOrDefault(client, List.of())) {
      for (Life.Sub sub : life.matching(message.topic)) {
        if (sub.goneAt < 0 || sub.goneAt >= message.sentAt) {
          return;
        }
      }
    }
    world.broken("nobody gets what he did not ask for", client + " got " + message);
  }

  // ---------------------------------------------------------------- wills

  /** The payload of a device's Will. */
  static String will(String client) {
    return WILL + client;
  }

  /** The gateway has had a reason to take a device for lost. */
  void mayBeLost(String client) {
    losses.merge(client, 1, Integer::sum);
  }

  int wills(String client) {
    return wills.getOrDefault(client, 0);
  }

  // ---------------------------------------------------------------- the end

  /** Everything has come to rest. */
  void check() {
    wills.forEach(
        (client, seen) -> {
          if (seen > losses.getOrDefault(client, 0)) {
            world.broken("a Will is of who is lost", client + " had " + seen + " of it");
          }
        });
    for (List<Life> all : lives.values()) {
      check(all.get(all.size() - 1));
    }
  }

  private void check(Life life) {
    List<Message> missing = new ArrayList<>();
    for (Message message : messages.values()) {
      boolean promised = message.qos > 0 && message.ackedAt >= 0;
      boolean has = came.getOrDefault(life.client, Set.of()).contains(message);
      if (promised && !has && isOwed(life, message)) {
        missing.add(message);
      }
    }
    if (missing.size() > drops.getOrDefault(life.client, 0)) {
      world.broken("what is acknowledged is not lost", life + " never got " + missing);
    }
  }

  private static boolean isOwed(Life life, Message message) {
    return life.matching(message.topic).stream()
        .anyMatch(sub -> sub.qos > 0 && sub.isCertainSince(message.sentAt));
  }
}
