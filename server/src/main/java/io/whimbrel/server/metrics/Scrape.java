package io.whimbrel.server.metrics;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

/** The metrics of the broker and of its JVM, as Prometheus reads them; callable from any thread. */
public final class Scrape implements AutoCloseable {
  /** What the text is. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final MetricTable table;

  // Guarded by this object's monitor.
  private @Nullable PrometheusMeterRegistry registry;
  private @Nullable JvmGcMetrics collections;

  /** The metrics of the table, and those of the JVM. */
  public Scrape(MetricTable table) {
    this.table = table;
  }

  /** Gets ready, which takes time; collections of garbage count from here. Else a scrape does. */
  public void prepare() {
    registry();
  }

  private synchronized PrometheusMeterRegistry registry() {
    PrometheusMeterRegistry made = registry;
    if (made == null) {
      made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      table.register(made);
      new JvmMemoryMetrics().bindTo(made);
      new JvmThreadMetrics().bindTo(made);
      collections = new JvmGcMetrics();
      collections.bindTo(made);
      registry = made;
    }
    return made;
  }

  /** All of them now. */
  public String text() {
    return registry().scrape(CONTENT_TYPE);
  }

  @Override
  public synchronized void close() {
    if (collections != null) {
      collections.close();
    }
    if (registry != null) {
      registry.close();
    }
  }
}
