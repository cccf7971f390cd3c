package io.whimbrel.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.shard.Broker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Every metric of the broker with its meaning: the one place where they stand. What is scraped and
 * {@code docs/metrics.md} both come from this table. Names follow Prometheus.
 */
public final class MetricTable {
  private static final String NO_LABEL = "";

  private final List<Metric> metrics = new ArrayList<>();
  private final Counts counts;

  enum Kind {
    COUNTER,
    GAUGE
  }

  private record Metric(
      String name, Kind kind, String label, String meaning, List<Series> series) {}

  record Series(String labelValue, Supplier<Number> value) {}

  /** The metrics of a broker. */
  public MetricTable(
      Counts counts,
      Broker broker,
      IntSupplier connectionsOpen,
      List<? extends LoopVitals> loops,
      StoreVitals store,
      AuthVitals auth,
      GuardVitals guard) {
    this.counts = counts;
    connections(connectionsOpen);
    sessions(broker);
    packets();
    messages();
    queues(broker);
    loops(broker, loops);
    store(store);
    new AuthMetrics(this).add(auth);
    guard(guard);
  }

  // ---------------------------------------------------------------- the table

  private void connections(IntSupplier open) {
    gauge("whimbrel_connections", "Network connections open now.", open::getAsInt);
    counter(
        "whimbrel_connections_opened_total",
        "Network connections taken on.",
        Count.CONNECTIONS_OPENED);
    counter(
        "whimbrel_connections_closed_total",
        "Connections that have ended.",
        Count.CONNECTIONS_CLOSED);
    add(
        "whimbrel_connections_not_accepted_total",
        Kind.COUNTER,
        "limit",
        "Connections closed at once because of a limit.",
        List.of(
            notAccepted("connections-max", Count.NOT_ACCEPTED_FULL),
            notAccepted("connections-per-address-max", Count.NOT_ACCEPTED_ADDRESS),
            notAccepted("rates.connections-max", Count.NOT_ACCEPTED_RATE),
            notAccepted("rates.connections-per-address-max", Count.NOT_ACCEPTED_ADDRESS_RATE),
            notAccepted("logins.failures-per-address-max", Count.NOT_ACCEPTED_BANNED),
            notAccepted("overload.loop-delay-max", Count.NOT_ACCEPTED_OVERLOAD)));
    add(
        "whimbrel_proxy_connections_refused_total",
        Kind.COUNTER,
        "reason",
        "Connections closed on listeners behind a proxy: sender, it was none of the proxies;"
            + " header, its PROXY header was missing, broken or late.",
        List.of(
            new Series("sender", () -> counts.sum(Count.NOT_PROXIED_SENDER)),
            new Series("header", () -> counts.sum(Count.NOT_PROXIED_HEADER))));
    counter("whimbrel_tls_handshakes_total", "TLS handshakes that succeeded.", Count.HANDSHAKES);
    counter(
        "whimbrel_tls_handshakes_failed_total",
        "Connections closed because their TLS handshake failed or took too long.",
        Count.HANDSHAKES_FAILED);
    gauge("whimbrel_clients", "Clients connected now.", () -> counts.sum(Count.CLIENTS));
    counter(
        "whimbrel_clients_connected_total",
        "CONNECT packets that succeeded.",
        Count.CLIENTS_CONNECTED);
    byKind(
        "whimbrel_connects_refused_total",
        "reason",
        "CONNECT exchanges that failed, a time-out included, by reason code.",
        errors(),
        Count::refused);
    byKind(
        "whimbrel_disconnects_total",
        "reason",
        "Ends of connections by reason code; success: the client said goodbye.",
        List.of(ReasonCode.values()),
        Count::disconnected);
    add(
        "whimbrel_takeovers_total",
        Kind.COUNTER,
        NO_LABEL,
        "Connections ended because their client identifier connected again.",
        List.of(
            new Series("", () -> counts.sum(Count.disconnected(ReasonCode.SESSION_TAKEN_OVER)))));
    add(
        "whimbrel_brakes_total",
        Kind.COUNTER,
        "reason",
        "Times a client was not read from for a while: its acknowledgements wait for the disk, it"
            + " does not read its output, the broker is behind, it is faster than its rate.",
        List.of(
            new Series("acknowledgements", () -> counts.sum(Count.BRAKES_ACKNOWLEDGEMENTS)),
            new Series("output", () -> counts.sum(Count.BRAKES_OUTPUT)),
            new Series("congestion", () -> counts.sum(Count.BRAKES_CONGESTION)),
            new Series("rate", () -> counts.sum(Count.BRAKES_RATE))));
    sn();
    counter(
        "whimbrel_internal_errors_total", "Mistakes of the broker itself.", Count.INTERNAL_ERRORS);
  }

  /** MQTT-SN. */
  private void sn() {
    counter("whimbrel_sn_received_total", "Messages of MQTT-SN from devices.", Count.SN_RECEIVED);
    counter("whimbrel_sn_sent_total", "Messages of MQTT-SN to devices.", Count.SN_SENT);
    counter(
        "whimbrel_sn_sent_again_total",
        "Of these, the ones that had no answer before.",
        Count.SN_SENT_AGAIN);
    counter(
        "whimbrel_sn_malformed_total",
        "Datagrams that are no message, or one that is not for a gateway.",
        Count.SN_MALFORMED);
    counter(
        "whimbrel_sn_dropped_total",
        "Messages that a device cannot be told, or that it sent while the broker was behind.",
        Count.SN_DROPPED);
    counter(
        "whimbrel_sn_refused_total",
        "Devices that were not let in by the name they gave, and handshakes of DTLS that failed.",
        Count.SN_REFUSED);
    counter(
        "whimbrel_sn_congestion_total",
        "Requests of devices that were answered with congestion.",
        Count.SN_CONGESTED);
    add(
        "whimbrel_sn_asleep",
        Kind.GAUGE,
        "",
        "Devices that sleep.",
        List.of(new Series("", () -> counts.sum(Count.SN_ASLEEP))));
  }

  private Series notAccepted(String limit, Count count) {
    return new Series(limit, () -> counts.sum(count));
  }

  private void guard(GuardVitals guard) {
    total(
        "whimbrel_logins_failed_total",
        "CONNECT and AUTH exchanges in which a client could not prove who it is.",
        guard.failed()::getAsLong);
    gauge(
        "whimbrel_logins_delayed",
        "Answers to failed logins that are kept back now.",
        guard.delayed()::getAsLong);
    add(
        "whimbrel_bans_total",
        Kind.COUNTER,
        "of",
        "Times somebody was refused for a while from then on: a user from an address and an"
            + " address for logins that failed, a client for connecting too often.",
        List.of(
            new Series("user", guard.userBans()::getAsLong),
            new Series("address", guard.addressBans()::getAsLong),
            new Series("client", guard.clientBans()::getAsLong)));
    total(
        "whimbrel_logins_banned_total",
        "CONNECT packets refused because of that, unchecked. New connections from a banned address"
            + " count in `whimbrel_connections_not_accepted_total` alone.",
        guard.unchecked()::getAsLong);
    gauge(
        "whimbrel_unfinished_bytes",
        "Bytes that came and are not handled: the rest of their packet is missing, or a brake is"
            + " on.",
        guard.unfinishedBytes()::getAsLong);
    counter(
        "whimbrel_abandoned_total",
        "Connections closed because these bytes were more than `overload.unfinished-bytes-max`.",
        Count.ABANDONED);
    gauge(
        "whimbrel_overloaded",
        "1 while event loops are so late that new connections are closed at once, else 0.",
        () -> guard.overloaded().getAsBoolean() ? 1 : 0);
  }

  private void sessions(Broker broker) {
    gauge(
        "whimbrel_sessions",
        "Sessions, of clients that are connected or away.",
        () -> counts.sum(Count.SESSIONS_OPENED) - counts.sum(Count.SESSIONS_ENDED));
    counter("whimbrel_sessions_opened_total", "Sessions that began.", Count.SESSIONS_OPENED);
    counter("whimbrel_sessions_expired_total", "Sessions that expired.", Count.SESSIONS_EXPIRED);
    counter(
        "whimbrel_sessions_moved_total",
        "Sessions that went to another event loop with their client.",
        Count.SESSIONS_MOVED);
    gauge("whimbrel_subscriptions", "Subscriptions, shared ones included.", broker::subscriptions);
    gauge("whimbrel_shared_subscriptions", "Shared subscriptions.", broker::sharedSubscriptions);
    gauge("whimbrel_retained_messages", "Retained messages.", broker::retainedMessages);
    gauge("whimbrel_retained_bytes", "Bytes of retained messages.", broker::retainedBytes);
  }

  private void packets() {
    counter("whimbrel_received_bytes_total", "Bytes received from clients.", Count.BYTES_RECEIVED);
    counter("whimbrel_sent_bytes_total", "Bytes sent to clients.", Count.BYTES_SENT);
    counter(
        "whimbrel_writes_total",
        "Writes to sockets: one for each client and turn, and more for more than 256 KiB.",
        Count.WRITES);
    List<PacketType> types = List.of(PacketType.values());
    byKind("whimbrel_packets_received_total", "type", "Packets received.", types, Count::received);
    byKind("whimbrel_packets_sent_total", "type", "Packets sent.", types, Count::sent);
  }

  private void messages() {
    byQos(
        "whimbrel_messages_received_total",
        "PUBLISH packets taken from clients.",
        Count::messagesReceived);
    byQos(
        "whimbrel_messages_sent_total",
        "Messages sent to clients for the first time.",
        Count::messagesSent);
    byQos(
        "whimbrel_payload_received_bytes_total",
        "Payloads taken from clients.",
        Count::payloadReceived);
    byQos("whimbrel_payload_sent_bytes_total", "Payloads sent to clients.", Count::payloadSent);
    counter(
        "whimbrel_messages_resent_total",
        "Messages sent once more after a reconnection.",
        Count.MESSAGES_RESENT);
    byKind(
        "whimbrel_messages_dropped_total",
        "reason",
        "Messages that did not reach a taker.",
        List.of(DropReason.values()),
        Count::dropped);
  }

  private void queues(Broker broker) {
    gauge(
        "whimbrel_queued_messages",
        "Messages waiting or in flight for all sessions.",
        () -> counts.sum(Count.MESSAGES_QUEUED));
    gauge("whimbrel_queued_bytes", "Their bytes.", () -> counts.sum(Count.BYTES_QUEUED));
    gauge(
        "whimbrel_queued_on_disk_messages",
        "Of these, messages that are on disk alone.",
        () -> counts.sum(Count.MESSAGES_STORED));
    gauge("whimbrel_queued_on_disk_bytes", "Their bytes.", () -> counts.sum(Count.BYTES_STORED));
    gauge(
        "whimbrel_queued_memory_bytes",
        "Bytes of the others, which `limits.memory-bytes-max` counts.",
        broker::queuedBytes);
  }

  private void loops(Broker broker, List<? extends LoopVitals> loops) {
    List<Series> mail = new ArrayList<>();
    List<Series> lanes = new ArrayList<>();
    List<Series> promises = new ArrayList<>();
    List<Series> delays = new ArrayList<>();
    for (int i = 0; i < loops.size(); i++) {
      int loop = i;
      String name = Integer.toString(i);
      LoopVitals vitals = loops.get(i);
      mail.add(new Series(name, vitals::mailboxDepth));
      promises.add(new Series(name, vitals::promisesPending));
      delays.add(new Series(name, vitals::delaySeconds));
      lanes.add(new Series(name, () -> deepestLane(broker, loop, loops.size())));
    }
    counter(
        "whimbrel_turns_total",
        "Turns of event loops: what is ready at one time is one turn.",
        Count.TURNS);
    counter(
        "whimbrel_wake_ups_total",
        "Times an event loop was woken for a letter that nobody was going to look for.",
        Count.WAKE_UPS);
    add("whimbrel_mailbox_depth", Kind.GAUGE, "loop", "Letters waiting for the loop.", mail);
    add(
        "whimbrel_lane_depth",
        Kind.GAUGE,
        "loop",
        "Letters on their way from the loop to the one that has most of them.",
        lanes);
    add(
        "whimbrel_journal_promises_pending",
        Kind.GAUGE,
        "loop",
        "Actions that wait until something is durable, as of the last second.",
        promises);
    add(
        "whimbrel_loop_delay_seconds",
        Kind.GAUGE,
        "loop",
        "How late the loop came to what it had planned, the worst of the last minute.",
        delays);
  }

  private void store(StoreVitals store) {
    total("whimbrel_store_batches_total", "Batches written to the store.", store::batches);
    total("whimbrel_store_bytes_total", "Bytes of those batches.", store::bytes);
    total(
        "whimbrel_store_syncs_total",
        "Batches that were synced: each serves everybody who waits for the disk.",
        store::syncs);
    total(
        "whimbrel_store_sync_seconds_total",
        "How long those took, written and synced.",
        store::syncSeconds);
    total(
        "whimbrel_store_messages_read_total",
        "Queued messages read back from the store.",
        store::pageMessages);
  }

  private static int deepestLane(Broker broker, int from, int loops) {
    int deepest = 0;
    for (int to = 0; to < loops; to++) {
      deepest = Math.max(deepest, broker.lane(from, to));
    }
    return deepest;
  }

  // ---------------------------------------------------------------- its rows

  void gauge(String name, String meaning, Supplier<Number> value) {
    add(name, Kind.GAUGE, NO_LABEL, meaning, List.of(new Series("", value)));
  }

  void total(String name, String meaning, Supplier<Number> value) {
    add(name, Kind.COUNTER, NO_LABEL, meaning, List.of(new Series("", value)));
  }

  void counter(String name, String meaning, Count count) {
    Series series = new Series("", () -> counts.sum(count));
    add(name, Kind.COUNTER, NO_LABEL, meaning, List.of(series));
  }

  private <E extends Enum<E>> void byKind(
      String name, String label, String meaning, List<E> kinds, ToIntFunction<E> place) {
    List<Series> series =
        kinds.stream()
            .map(
                kind -> {
                  int at = place.applyAsInt(kind);
                  return new Series(kind.name().toLowerCase(Locale.ROOT), () -> counts.sum(at));
                })
            .toList();
    add(name, Kind.COUNTER, label, meaning, series);
  }

  private void byQos(String name, String meaning, ToIntFunction<Qos> place) {
    List<Series> series = new ArrayList<>();
    for (Qos qos : Qos.values()) {
      int at = place.applyAsInt(qos);
      series.add(new Series(Integer.toString(qos.ordinal()), () -> counts.sum(at)));
    }
    add(name, Kind.COUNTER, "qos", meaning, series);
  }

  private static List<ReasonCode> errors() {
    return List.of(ReasonCode.values()).stream().filter(ReasonCode::isError).toList();
  }

  void add(String name, Kind kind, String label, String meaning, List<Series> series) {
    metrics.add(new Metric(name, kind, label, meaning, series));
  }

  // ---------------------------------------------------------------- what is made of it

  /** Puts every metric into a registry. */
  public void register(MeterRegistry registry) {
    for (Metric metric : metrics) {
      for (Series series : metric.series) {
        register(registry, metric, series);
      }
    }
  }

  private static void register(MeterRegistry registry, Metric metric, Series series) {
    String[] tags =
        metric.label.isEmpty() ? new String[0] : new String[] {metric.label, series.labelValue};
    if (metric.kind == Kind.COUNTER) {
      FunctionCounter.builder(metric.name, series, s -> s.value.get().doubleValue())
          .description(metric.meaning)
          .tags(tags)
          .register(registry);
    } else {
      Gauge.builder(metric.name, series.value)
          .description(metric.meaning)
          .tags(tags)
          .register(registry);
    }
  }

  /** The names, in the order of the table. */
  List<String> names() {
    return metrics.stream().map(Metric::name).toList();
  }

  /** The rows of the page about metrics. */
  String page() {
    StringBuilder page =
        new StringBuilder("| name | kind | label | meaning |\n|---|---|---|---|\n");
    for (Metric metric : Collections.unmodifiableList(metrics)) {
      page.append("| `").append(metric.name).append("` | ");
      page.append(metric.kind.name().toLowerCase(Locale.ROOT)).append(" | ");
      page.append(metric.label.isEmpty() ? "" : "`" + metric.label + "`").append(" | ");
      page.append(metric.meaning).append(" |\n");
    }
    return page.toString();
  }
}
