package io.whimbrel.cli.mqtt;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What came out of {@code whimbrel bench}: for people, as JSON, or as CSV. */
final class BenchReport {
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private final Map<String, Long> errors;
  private final String mode;

  BenchReport(BenchPlan plan, BenchTally tally, double seconds) {
    mode = plan.mode().word();
    errors = tally.errors();
    long passed =
        switch (plan.mode()) {
          case CONNECTIONS -> tally.connected.get();
          case PUB -> tally.latencies.count() - tally.unanswered.get();
          case SUB, ROUNDTRIP -> tally.received.get();
        };
    numbers.put("seconds", seconds);
    numbers.put("clients", (double) plan.clients());
    numbers.put("connected", (double) tally.connected.get());
    numbers.put("sent", (double) tally.sent.get());
    numbers.put("received", (double) tally.received.get());
    numbers.put("unanswered", (double) tally.unanswered.get());
    numbers.put("unsent", (double) tally.unsent.get());
    numbers.put("per-second", passed / Math.max(1e-3, seconds));
    numbers.put("bytes-per-second", tally.bytes.get() / Math.max(1e-3, seconds));
    numbers.put("p50-millis", tally.latencies.quantile(0.5) / 1e6);
    numbers.put("p90-millis", tally.latencies.quantile(0.9) / 1e6);
    numbers.put("p99-millis", tally.latencies.quantile(0.99) / 1e6);
    numbers.put("p99.9-millis", tally.latencies.quantile(0.999) / 1e6);
    numbers.put("max-millis", tally.latencies.max() / 1e6);
    numbers.put("errors", (double) errors.values().stream().mapToLong(n -> n).sum());
  }

  private double number(String name) {
    return numbers.getOrDefault(name, 0.0);
  }

  private static String exact(double number) {
    return number == Math.rint(number)
        ? Long.toString((long) number)
        : String.format(Locale.ROOT, "%.3f", number);
  }

  String text() {
    StringBuilder text = new StringBuilder(512);
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,.0f of %,.0f clients connected, %.1f s%n",
            mode,
            number("connected"),
            number("clients"),
            number("seconds")));
    boolean connections = mode.equals("connections");
    if (!connections) {
      text.append(
          String.format(
              Locale.ROOT, "sent %,.0f, received %,.0f%n", number("sent"), number("received")));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "throughput %,.0f %s/s, %,.1f KiB/s%n",
            number("per-second"),
            connections ? "connections" : "messages",
            number("bytes-per-second") / 1024));
    text.append(
        String.format(
            Locale.ROOT,
            "latency p50 %.3f  p90 %.3f  p99 %.3f  p99.9 %.3f  max %.3f ms%n",
            number("p50-millis"),
            number("p90-millis"),
            number("p99-millis"),
            number("p99.9-millis"),
            number("max-millis")));
    text.append(errors.isEmpty() ? "no errors\n" : "errors:\n");
    errors.forEach(
        (what, count) ->
            text.append(
                String.format(
                    Locale.ROOT, "  %,d  %s%n", count, UNSEEN.matcher(what).replaceAll("?"))));
    return text.toString();
  }

  String json(boolean pretty) {
    JsonText text = new JsonText(pretty);
    text.beginObject().name("mode").string(mode);
    numbers.forEach((name, number) -> text.name(name).literal(exact(number)));
    text.name("failures").beginObject();
    errors.forEach((what, count) -> text.name(what).number(count));
    return text.endObject().endObject() + "\n";
  }

  /** A line of names, and one of values. */
  String csv() {
    StringBuilder names = new StringBuilder("mode");
    StringBuilder values = new StringBuilder(mode);
    numbers.forEach(
        (name, number) -> {
          names.append(',').append(name);
          values.append(',').append(exact(number));
        });
    return names + "\n" + values + "\n";
  }
}
