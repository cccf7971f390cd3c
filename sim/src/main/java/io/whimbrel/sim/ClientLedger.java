package io.whimbrel.sim;

import io.whimbrel.client.internal.Outbound;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the clients' sessions promised their users, and what the listener heard of it: the laws of
 * the client library. Owned by the simulation's thread.
 */
final class ClientLedger {
  private final World world;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> newest = new HashMap<>();
  private final Set<String> atHandler = new HashSet<>();

  /** One message. */
  static final class Entry {
    private final String publisher;
    private final String topic;
    private final Qos qos;
    private final int number;
    private boolean promised;
    private boolean acknowledged;
    private boolean mayRepeat;
    private int heard;
    private int handled;

    private Entry(String publisher, String topic, Qos qos, int number) {
      this.publisher = publisher;
      this.topic = topic;
      this.qos = qos;
      this.number = number;
    }

    String name() {
      return publisher + ":" + number;
    }

    @Override
    public String toString() {
      return name() + " (" + topic + ", " + qos + ")";
    }
  }

  ClientLedger(World world) {
    this.world = world;
  }

  Entry begin(String publisher, String topic, Qos qos) {
    Entry entry = new Entry(publisher, topic, qos, numbers.merge(publisher, 1, Integer::sum));
    entries.put(entry.name(), entry);
    return entry;
  }

  /** A message was found by the process that came after the one that published it. */
  Outbound.Progress found(Publish publish) {
    return progress(entry(new String(publish.payload(), StandardCharsets.UTF_8)));
  }

  Outbound.Progress progress(Entry entry) {
    return new Outbound.Progress() {
      @Override
      public void onSafe() {
        entry.promised = true;
      }

      @Override
      public void onWire() {}

      @Override
      public void onDone(ReasonCode reason, Properties properties) {
        if (reason.isError()) {
          world.broken("what may be published is taken", entry + ": " + reason);
        }
        entry.acknowledged = true;
      }

      @Override
      public void onFailed(String why) {
        world.broken("no message is given up", entry + ": " + why);
      }
    };
  }

  /** The listener's session gives a message to its handler. */
  void heard(String listener, Publish publish) {
    Entry entry = entries.get(new String(publish.payload(), StandardCharsets.UTF_8));
    if (entry == null) {
      world.broken("nothing comes from nowhere", listener + " heard " + publish);
      return;
    }
    world.note(listener + " is given " + entry);
    atHandler.add(entry.name());
    entry.heard++;
    if (entry.heard > 1 && entry.qos == Qos.EXACTLY_ONCE && !entry.mayRepeat) {
      world.broken("QoS 2 is exactly once", listener + " got " + entry + " again");
    }
    if (entry.heard == 1) {
      String line = entry.publisher + " " + entry.topic + " " + entry.qos;
      int before = newest.getOrDefault(line, 0);
      if (before > entry.number) {
        world.broken("messages come in order", entry + " after " + before);
      }
      newest.put(line, entry.number);
    }
  }

  void handled(String listener, Publish publish) {
    Entry entry = entries.get(new String(publish.payload(), StandardCharsets.UTF_8));
    if (entry == null) {
      throw new IllegalStateException("handled by " + listener + " and not heard: " + publish);
    }
    entry.handled++;
  }

  /**
   * A process has ended. What its handler had, and it could not say so safely, may come again: no
   * client can make a handler and a disk one thing.
   */
  void crashed(String who) {
    if (who.startsWith("listener")) {
      atHandler.forEach(name -> entry(name).mayRepeat = true);
    }
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalStateException(name);
    }
    return entry;
  }

  /** Everything has come to rest. */
  void check() {
    for (Entry entry : entries.values()) {
      if (entry.qos != Qos.AT_MOST_ONCE && entry.promised && entry.handled == 0) {
        world.broken("what is safe in an outbox arrives", entry + " never came");
      }
      if (entry.acknowledged && entry.qos != Qos.AT_MOST_ONCE && entry.handled == 0) {
        world.broken("what is acknowledged arrives", entry + " never came");
      }
    }
  }
}
