package io.whimbrel.server.metrics;

import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.shard.Broker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The topics below {@code $SYS/broker} under the names that people's monitoring knows from
 * Mosquitto, read from the same counts as the metrics. Owned by the loop that publishes them.
 */
public final class SysTopics {
  private static final String ROOT = "$SYS/broker/";

  private final Counts counts;
  private final LongSupplier nanos;
  private final long startNanos;
  private final List<Topic> topics = new ArrayList<>();
  private final List<Load> loads = new ArrayList<>();
  private final Map<String, String> published = new HashMap<>();
  private long lastNanos;
  private long sessionsMost;
  private long heapMost;

  private record Topic(String name, String meaning, Supplier<String> value) {}

  /**
   * The topics of a broker.
   *
   * @param nanos a clock like {@link System#nanoTime}
   */
  public SysTopics(
      Counts counts,
      Broker broker,
      IntSupplier connectionsOpen,
      String version,
      LongSupplier nanos) {
    this.counts = counts;
    this.nanos = nanos;
    this.startNanos = nanos.getAsLong();
    this.lastNanos = startNanos;
    add("version", "Name and version of the broker.", () -> "whimbrel " + version);
    add("uptime", "Seconds since the start.", () -> seconds() + " seconds");
    clients(broker);
    messages(broker);
    bytes();
    number("connections/socket/count", "Network connections open now.", connectionsOpen::getAsInt);
    loads();
  }

  // ---------------------------------------------------------------- the table

  private void clients(Broker broker) {
    number("clients/connected", "Clients connected now.", broker::clients);
    number("clients/active", "The same.", broker::clients);
    number(
        "clients/disconnected",
        "Sessions whose client is away.",
        () -> sessions() - broker.clients());
    number("clients/inactive", "The same.", () -> sessions() - broker.clients());
    number("clients/total", "Sessions.", this::sessions);
    number("clients/maximum", "The most sessions there were.", () -> sessionsMost);
    number("clients/expired", "Sessions that expired.", () -> counts.sum(Count.SESSIONS_EXPIRED));
    number("subscriptions/count", "Subscriptions, shared ones included.", broker::subscriptions);
    number("shared_subscriptions/count", "Shared subscriptions.", broker::sharedSubscriptions);
  }

  private void messages(Broker broker) {
    number("messages/received", "Packets of any type received.", this::packetsReceived);
    number("messages/sent", "Packets of any type sent.", this::packetsSent);
    number("messages/stored", "Messages queued or retained.", () -> stored(broker));
    number("store/messages/count", "The same.", () -> stored(broker));
    number(
        "store/messages/bytes",
        "Their bytes.",
        () -> counts.sum(Count.BYTES_QUEUED) + broker.retainedBytes());
    number("retained messages/count", "Retained messages.", broker::retainedMessages);
    number("publish/messages/received", "PUBLISH packets received.", this::publishesReceived);
    number("publish/messages/sent", "PUBLISH packets sent.", this::publishesSent);
    number("publish/messages/dropped", "Messages that did not reach a taker.", counts::dropped);
    for (DropReason reason : DropReason.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      number(
          "publish/messages/dropped/" + name,
          "Of these, the ones with this reason.",
          () -> counts.sum(Count.dropped(reason)));
    }
    number(
        "publish/bytes/received", "Payload bytes received.", () -> byQos(Count::payloadReceived));
    number("publish/bytes/sent", "Payload bytes sent.", () -> byQos(Count::payloadSent));
  }

  private void bytes() {
    number("bytes/received", "Bytes received.", () -> counts.sum(Count.BYTES_RECEIVED));
    number("bytes/sent", "Bytes sent.", () -> counts.sum(Count.BYTES_SENT));
    number("heap/current", "Bytes of the Java heap in use.", SysTopics::heap);
    number("heap/maximum", "The most that was in use at such a moment.", () -> heapMost);
  }

  private void loads() {
    load("messages/received", "Packets received", this::packetsReceived);
    load("messages/sent", "Packets sent", this::packetsSent);
    load("publish/received", "PUBLISH packets received", this::publishesReceived);
    load("publish/sent", "PUBLISH packets sent", this::publishesSent);
    load("publish/dropped", "Messages dropped", counts::dropped);
    load("bytes/received", "Bytes received", () -> counts.sum(Count.BYTES_RECEIVED));
    load("bytes/sent", "Bytes sent", () -> counts.sum(Count.BYTES_SENT));
    load("sockets", "Network connections opened", () -> counts.sum(Count.CONNECTIONS_OPENED));
    load(
        "connections",
        "CONNECT packets received",
        () -> counts.sum(Count.received(PacketType.CONNECT)));
  }

  // ---------------------------------------------------------------- its rows

  private void add(String name, String meaning, Supplier<String> value) {
    topics.add(new Topic(name, meaning, value));
  }

  private void number(String name, String meaning, LongSupplier value) {
    add(name, meaning, () -> Long.toString(value.getAsLong()));
  }

  private void load(String name, String meaning, LongSupplier total) {
    Load load = new Load(total);
    loads.add(load);
    for (int i = 0; i < Load.MINUTES.length; i++) {
      int window = i;
      String minutes = Load.MINUTES[i] + "min";
      add(
          "load/" + name + "/" + minutes,
          meaning + " per minute, averaged over " + minutes + ".",
          () -> String.format(Locale.ROOT, "%.2f", load.average(window)));
    }
  }

  // ---------------------------------------------------------------- values

  private long seconds() {
    return (nanos.getAsLong() - startNanos) / 1_000_000_000L;
  }

  private long sessions() {
    return counts.sum(Count.SESSIONS_OPENED) - counts.sum(Count.SESSIONS_ENDED);
  }

  private long stored(Broker broker) {
    return counts.sum(Count.MESSAGES_QUEUED) + broker.retainedMessages();
  }

  private long packetsReceived() {
    return sum(List.of(PacketType.values()), Count::received);
  }

  private long packetsSent() {
    return sum(List.of(PacketType.values()), Count::sent);
  }

  private long publishesReceived() {
    return counts.sum(Count.received(PacketType.PUBLISH));
  }

  private long publishesSent() {
    return counts.sum(Count.sent(PacketType.PUBLISH));
  }

  private long byQos(ToIntFunction<Qos> place) {
    return sum(List.of(Qos.values()), place);
  }

  private <E> long sum(List<E> kinds, ToIntFunction<E> place) {
    long sum = 0;
    for (E kind : kinds) {
      sum += counts.sum(place.applyAsInt(kind));
    }
    return sum;
  }

  private static long heap() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  // ---------------------------------------------------------------- what is made of it

  /** Gives every topic whose text has changed since the last time. */
  public void publish(BiConsumer<String, String> publisher) {
    long now = nanos.getAsLong();
    double seconds = (now - lastNanos) / 1e9;
    if (seconds > 0) {
      lastNanos = now;
      loads.forEach(load -> load.advance(seconds));
    }
    sessionsMost = Math.max(sessionsMost, sessions());
    heapMost = Math.max(heapMost, heap());
    for (Topic topic : topics) {
      String text = topic.value.get();
      if (!text.equals(published.put(topic.name, text))) {
        publisher.accept(ROOT + topic.name, text);
      }
    }
  }

  /** The rows of the page about these topics. */
  String page() {
    StringBuilder page = new StringBuilder("| topic | meaning |\n|---|---|\n");
    for (Topic topic : topics) {
      page.append("| `").append(ROOT).append(topic.name).append("` | ");
      page.append(topic.meaning).append(" |\n");
    }
    return page.toString();
  }
}
