package io.whimbrel.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reference model: what clients asked for and were promised, and hence what they must be given.
 * It knows nothing of shards, queues and journals, nor uses any class of the broker. Owned by the
 * simulation's thread.
 */
final class Ledger {
  private final World world;
  private final Map<String, Message> messages = new HashMap<>();
  private final List<Life> lives = new ArrayList<>();
  private final Map<String, Set<Message>> expectedOfGroups = new LinkedHashMap<>();
  private final Map<String, Set<Message>> servedByGroups = new HashMap<>();
  private final Map<String, Map<Message, Integer>> takenByGroups = new HashMap<>();
  private final RetainedLaw retained;
  private int lastNumber;

  Ledger(World world, RetainedLaw retained) {
    this.world = world;
    this.retained = retained;
  }

  // ---------------------------------------------------------------- what clients say

  Message message(
      String publisher,
      int connection,
      String topic,
      int qos,
      boolean retain,
      boolean will,
      int expirySeconds) {
    int number = ++lastNumber;
    String key = publisher + ":" + connection + ":" + number;
    Message message =
        new Message(number, key, publisher, connection, topic, qos, retain, will, expirySeconds);
    messages.put(key, message);
    return message;
  }

  void sent(Message message) {
    message.sent(world.now());
    if (message.retain) {
      retained.sent(message);
    }
  }

  Life begin(String client, int number) {
    Life life = new Life(client, number);
    lives.add(life);
    return life;
  }

  void end(Life life) {
    life.over = true;
    life.expected.clear();
  }

  /** PUBACK or PUBREC came: from now on the message must not be lost. */
  void acknowledged(Message message, boolean noSubscribers) {
    if (message.ackedAt >= 0) {
      return;
    }
    message.ackedAt = world.now();
    if (message.removal) {
      return; // it carries nothing to be known by
    }
    Set<String> groups = new LinkedHashSet<>();
    String wanted = "";
    for (Life life : lives) {
      if (life.over || life.doubtful) {
        continue;
      }
      for (Life.Sub sub : life.matching(message.topic)) {
        boolean own = sub.noLocal && life.client.equals(message.publisher);
        if (own || !sub.isCertainSince(message.sentAt)) {
          continue;
        }
        if (!sub.isShared() && life.lasting) {
          wanted = life + " by " + sub;
        }
        if (sub.qos > 0 && sub.isShared()) {
          if (life.lasting) {
            groups.add(sub.filter);
          }
        } else if (sub.qos > 0 && !life.receipts.containsKey(message)) {
          life.expected.add(message);
        }
      }
    }
    groups.forEach(g -> expectOfGroup(g, message));
    if (noSubscribers && !wanted.isEmpty()) {
      world.broken("who subscribed is found", message + " is said to have none, not " + wanted);
    }
  }

  private void expectOfGroup(String group, Message message) {
    if (!servedByGroups.getOrDefault(group, Set.of()).contains(message)) {
      expectedOfGroups.computeIfAbsent(group, g -> new LinkedHashSet<>()).add(message);
    }
  }

  /** A message that nobody acknowledges, but that the broker owes all the same: a will. */
  void owed(Message message, long since) {
    for (Life life : lives) {
      boolean lives = !life.over && !life.doubtful;
      boolean wants =
          life.matching(message.topic).stream()
              .filter(s -> !s.noLocal || !life.client.equals(message.publisher))
              .anyMatch(s -> !s.isShared() && s.qos > 0 && s.isCertainSince(since));
      if (lives && wants && message.qos > 0 && !life.receipts.containsKey(message)) {
        life.expected.add(message);
      }
    }
  }

  // ---------------------------------------------------------------- what clients are sent

  /** A PUBLISH as a client got it; {@code fresh}: not a repetition of a QoS 2 identifier. */
  record Receipt(
      String topic,
      String key,
      int qos,
      boolean dup,
      boolean retain,
      int[] ids,
      long expirySeconds,
      boolean fresh,
      boolean refused,
      boolean five) {}

  /** Checks what a client was sent, and gives the message, or null where there is none such. */
  @Nullable Message received(Life life, Receipt got, boolean crashed) {
    Message message = messages.get(got.key());
    if (message == null) {
      world.broken("what is delivered was published", life + " got " + got.key());
      return null;
    }
    if (!message.topic.equals(got.topic())) {
      world.broken("the topic stays", life + " got " + message + " on " + got.topic());
    }
    List<Life.Sub> matching = life.matching(message.topic);
    checkWanted(life, message, matching);
    boolean live = !got.retain();
    boolean plain = matching.stream().noneMatch(Life.Sub::isShared);
    if (live && plain) {
      checkOptions(life, message, got, matching);
      checkOrder(life, message, got);
    }
    checkFlags(life, message, got);
    count(life, message, got, plain && !message.retain, crashed);
    if (got.fresh()) {
      life.expected.remove(message);
      takeForGroups(life, message, matching, got.refused());
    }
    return message;
  }

  /** Somebody who never subscribed, or no longer, or in another life, is sent nothing. */
  private void checkWanted(Life life, Message message, List<Life.Sub> matching) {
    boolean wanted =
        matching.stream()
            .anyMatch(
                s -> {
                  boolean before = s.goneAt >= 0 && s.goneAt < message.sentAt;
                  boolean settled = message.ackedAt >= 0 && !message.retain && !s.isShared();
                  boolean after = settled && message.ackedAt < s.sentAt;
                  return !before && !after;
                });
    if (!wanted) {
      world.broken("nobody gets what he did not ask for", life + " got " + message);
    }
  }

  /** QoS, identifiers and No Local, where the subscriptions did not change meanwhile. */
  private void checkOptions(Life life, Message message, Receipt got, List<Life.Sub> matching) {
    int granted = 0;
    List<Integer> ids = new ArrayList<>();
    boolean retainAsPublished = false;
    boolean own = life.client.equals(message.publisher);
    for (Life.Sub sub : matching) {
      if (sub.goneAt >= 0 && sub.goneAt < message.sentAt) {
        continue;
      }
      if (!sub.isCertainSince(message.sentAt) || life.doubtful) {
        return;
      }
      if (sub.noLocal && own) {
        continue;
      }
      granted = Math.max(granted, sub.qos);
      retainAsPublished |= sub.retainAsPublished;
      if (sub.id > 0) {
        ids.add(sub.id);
      }
    }
    if (got.qos() != Math.min(granted, message.qos)) {
      world.broken(
          "the QoS is the lower one",
          life + " got " + message + " at " + got.qos() + " by " + matching);
    }
    List<Integer> told = new ArrayList<>();
    for (int id : got.ids()) {
      told.add(id);
    }
    ids.sort(null);
    told.sort(null);
    if (got.five() && !ids.equals(told)) {
      world.broken(
          "subscription identifiers are right",
          life + " got " + message + " by " + told + " of " + matching);
    }
    if (got.five() && retainAsPublished && message.retain) {
      world.broken("retain as published", life + " got " + message + " without RETAIN");
    }
    boolean onlyOwn = matching.stream().allMatch(s -> s.noLocal || s.goneAt >= 0);
    if (own && onlyOwn) {
      world.broken("no local", life + " got its own " + message);
    }
  }

  /** In order per connection of a publisher, topic and QoS, by what came for the first time. */
  private void checkOrder(Life life, Message message, Receipt got) {
    if (message.sends != 1 || message.will || life.receipts.containsKey(message)) {
      return;
    }
    String lane = message.publisher + ":" + message.connection + got.topic() + "@" + got.qos();
    Integer last = life.lastInOrder.get(lane);
    if (last != null && last > message.number) {
      world.broken("messages come in order", life + " got " + message + " after " + last);
    }
    life.lastInOrder.put(lane, message.number);
  }

  private void checkFlags(Life life, Message message, Receipt got) {
    if (got.retain() && !message.retain) {
      world.broken("RETAIN tells the truth", life + " got " + message + " with RETAIN");
    }
    if (got.dup() && got.qos() == 0) {
      world.broken("DUP is not for QoS 0", life + " got " + message);
    }
    if (got.expirySeconds() == 0 && message.expirySeconds > 0 && !got.dup()) {
      world.broken("what has expired is not begun", life + " got " + message);
    }
    boolean lost = got.five() && (message.expirySeconds >= 0) != (got.expirySeconds() >= 0);
    if (lost || got.expirySeconds() > Math.max(-1, message.expirySeconds)) {
      world.broken(
          "the expiry interval shrinks", life + " got " + message + " with " + got.expirySeconds());
    }
  }

  private void count(Life life, Message message, Receipt got, boolean countable, boolean crashed) {
    Life.Receipt receipt =
        life.receipts.computeIfAbsent(message, m -> new Life.Receipt(world.now()));
    receipt.fresh += got.fresh() && !got.refused() ? 1 : 0;
    receipt.exactlyOnce += got.qos() == 2 && got.fresh() && !got.refused() ? 1 : 0;
    receipt.withoutDup += got.dup() ? 0 : 1;
    if (!countable) {
      return;
    }
    if (message.qos == 2 && receipt.exactlyOnce > 1) {
      world.broken("QoS 2 is exactly once", life + " got " + message + " again");
    }
    boolean onceSent = message.sends == 1 && !message.will;
    if (onceSent && got.qos() < 2 && receipt.withoutDup > 1 && !crashed) {
      world.broken("what is sent again says so", life + " got " + message + " again, without DUP");
    }
    if (got.qos() == 0 && onceSent && receipt.fresh > 1) {
      world.broken("QoS 0 is at most once", life + " got " + message + " again");
    }
  }

  private void takeForGroups(Life life, Message message, List<Life.Sub> all, boolean refused) {
    List<Life.Sub> matching =
        all.stream().filter(s -> s.goneAt < 0 || s.goneAt >= message.sentAt).toList();
    for (Life.Sub sub : matching) {
      if (!sub.isShared()) {
        continue;
      }
      servedByGroups.computeIfAbsent(sub.filter, g -> new HashSet<>()).add(message);
      Set<Message> expected = expectedOfGroups.get(sub.filter);
      if (expected != null) {
        expected.remove(message);
      }
      if (refused || matching.size() > 1 || message.qos < 2 || sub.qos < 2) {
        continue; // by which group it came is not certain
      }
      int times =
          takenByGroups
              .computeIfAbsent(sub.filter, g -> new HashMap<>())
              .merge(message, 1, Integer::sum);
      if (times > 1) {
        world.broken(
            "a shared message has one taker", life + " got " + message + " too, by " + all);
      }
    }
  }

  // ---------------------------------------------------------------- the end

  /** What was promised and never came, beyond what the broker says it dropped. */
  void checkComplete(Watch watch) {
    Map<String, List<Message>> missing = new LinkedHashMap<>();
    for (Life life : lives) {
      if (!life.expected.isEmpty()) {
        missing.computeIfAbsent(life.client, c -> new ArrayList<>()).addAll(life.expected);
      }
    }
    missing.forEach(
        (client, lost) -> {
          if (lost.size() > watch.dropsFor(client)) {
            world.broken(
                "what is acknowledged is not lost",
                client + " never got " + lost + "; dropped: " + watch.dropsFor(client));
          }
        });
    int dropped =
        lives.stream()
            .filter(l -> l.subs.stream().anyMatch(Life.Sub::isShared))
            .map(l -> l.client)
            .distinct()
            .mapToInt(watch::dropsFor)
            .sum();
    expectedOfGroups.forEach(
        (group, lost) -> {
          if (lost.size() > dropped) {
            world.broken("what is acknowledged is not lost", group + " never got " + lost);
          }
        });
  }

  int owedCount() {
    return lives.stream().mapToInt(l -> l.expected.size()).sum();
  }

  boolean isOwedTo(String client) {
    return lives.stream().anyMatch(l -> l.client.equals(client) && !l.expected.isEmpty());
  }
}
