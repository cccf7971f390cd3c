package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What all clients share: the thread that drives them, the order of events, what was said. */
final class World {
  static final int LETTERS = 3;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  final Random random;
  final Chronicle chronicle;
  final Counts counts;
  final RetainedBook retained;
  final WillBook wills;
  final Map<String, Stream> streams = new LinkedHashMap<>();
  final List<Client> clients = new ArrayList<>();
  private final Selector selector;
  private Victim victim;
  private long tick;

  /** Whether nothing new is said, and who is away returns. */
  boolean auditing;

  /** Whether the broker may refuse what it should not, for its disk fails. */
  boolean tolerant;

  World(Random random, Chronicle chronicle, Counts counts) throws IOException {
    this.random = random;
    this.chronicle = chronicle;
    this.counts = counts;
    this.selector = Selector.open();
    this.retained = new RetainedBook();
    this.wills = new WillBook(this);
  }

  Selector selector() {
    return selector;
  }

  /** Counts events: of two, the one with the lower tick was first. */
  long tick() {
    return ++tick;
  }

  Stream stream(String publisher, int letter, Qos qos) {
    return streams.computeIfAbsent(
        publisher + letter + qos.number(), key -> new Stream(publisher, letter, qos));
  }

  /** The stream a message that came is of; every byte has to be as it was sent. */
  Stream stream(Publish publish) {
    byte[] payload = publish.payload();
    Qos qos = Message.qos(payload);
    int number = Message.number(payload);
    String[] levels = publish.topic().toString().split("/", -1);
    Stream stream = stream(levels[1], levels[2].charAt(0) - 'a', qos);
    if (number >= stream.end() || !Arrays.equals(payload, Message.payload(qos, number))) {
      throw new BrokenPromiseException("nobody has sent " + publish);
    }
    return stream;
  }

  /** Where to connect to, or 0 where nobody listens. */
  int port() {
    Victim alive = victim;
    return alive == null || alive.wasKilled() || alive.isStopping() ? 0 : alive.port();
  }

  /** The broker that runs, or ran last. */
  Victim victim() {
    return victim;
  }

  void started(Victim broker) {
    victim = broker;
    wills.started(broker.startedNanos);
  }

  /** All connections have ended with the broker. */
  void crashed() {
    for (Client client : List.copyOf(clients)) {
      client.drain();
      client.crashed();
    }
    chronicle.line(tick(), "-", "the broker is dead");
  }

  /** Hears what has come, lets everybody do what is due, and sends it. */
  void step() {
    try {
      selector.select(key -> heard(key), 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long now = System.nanoTime();
    for (int i = 0; i < clients.size(); i++) {
      clients.get(i).act(now);
      clients.get(i).flush();
    }
  }

  private static void heard(SelectionKey key) {
    ((Client) key.attachment()).read();
  }

  /** Goes on until it is so; a broker that ends, or does nothing for too long, breaks its word. */
  void await(String what, BooleanSupplier condition) {
    await(what, condition, () -> "");
  }

  void await(String what, BooleanSupplier condition, Supplier<String> lacking) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      step();
      if (!victim.isAlive() && !victim.wasKilled()) {
        throw new BrokenPromiseException("the broker ended by itself: " + victim.lines());
      }
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new BrokenPromiseException("in vain awaited: " + what + " " + lacking.get());
      }
    }
  }

  /** Goes on for a while. */
  void pass(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (end - System.nanoTime() > 0) {
      step();
    }
  }

  boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  /** A moment from now on, more likely soon than late. */
  long soon(long now, int millisMax) {
    double part = random.nextDouble();
    return now + (long) (TimeUnit.MILLISECONDS.toNanos(millisMax) * part * part);
  }

  void close() {
    clients.forEach(Client::drop);
    clients.clear();
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
