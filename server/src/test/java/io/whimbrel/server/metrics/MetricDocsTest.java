package io.whimbrel.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.core.port.BrokerObserver;
import io.whimbrel.core.shard.Broker;
import io.whimbrel.core.shard.MemoryJournal;
import io.whimbrel.server.auth.BrokerAccess;
import io.whimbrel.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricDocsTest {
  private static final String REWRITE = "whimbrel.docs.rewrite";
  private static final String WRITTEN =
      "<!-- Written from %s; MetricDocsTest says how."
          + " Change the table there, not this page. -->\n\n";

  private final Counts counts = new Counts(1);
  private final Broker broker =
      new Broker(
          1,
          ServerConfig.defaults().limits(),
          BrokerAccess.everybody(),
          BrokerObserver.NONE,
          (shard, mail) -> {},
          (shard, listener) -> new MemoryJournal(listener),
          1);
  private final MetricTable table =
      new MetricTable(
          counts,
          broker,
          () -> 0,
          List.of(new Calm()),
          StoreVitals.NONE,
          AuthVitals.NONE,
          GuardVitals.NONE);
  private final SysTopics sysTopics = new SysTopics(counts, broker, () -> 0, "1", () -> 0);

  private static final class Calm implements LoopVitals {
    @Override
    public int mailboxDepth() {
      return 0;
    }

    @Override
    public int promisesPending() {
      return 0;
    }

    @Override
    public double delaySeconds() {
      return 0;
    }
  }

  @Test
  void whatIsScrapedIsWhatTheTableHolds() {
    try (Scrape scrape = new Scrape(table)) {
      List<String> scraped =
          scrape.text().lines().filter(line -> line.startsWith("# TYPE whimbrel_")).toList();

      assertThat(scraped)
          .map(line -> line.split(" ", -1)[2])
          .containsExactlyInAnyOrderElementsOf(table.names());
    }
  }

  @Test
  void thePageOfMetricsSaysWhatTheTableSays() throws Exception {
    check(
        "docs/metrics.md",
        "# Metrics\n\n"
            + WRITTEN.replace("%s", "MetricTable.java")
            + "`/metrics` on the port of `http.port`, in the text format of Prometheus. Beside"
            + " these it has those of the Java runtime: `jvm_memory_*`, `jvm_buffer_*`, `jvm_gc_*`,"
            + " `jvm_threads_*`.\n\n"
            + table.page());
  }

  @Test
  void thePageOfSysTopicsSaysWhatTheTableSays() throws Exception {
    check(
        "docs/sys-topics.md",
        "# `$SYS` topics\n\n"
            + WRITTEN.replace("%s", "SysTopics.java")
            + "Published retained with QoS 0 every `sys-topics.interval` where they have changed;"
            + " clients cannot write them. They are read from the same counts as the metrics.\n\n"
            + sysTopics.page());
  }

  private static void check(String path, String text) throws Exception {
    Path page = Path.of(System.getProperty("basedir", "")).resolveSibling(path);
    if (Boolean.getBoolean(REWRITE)) {
      Files.writeString(page, text);
    }

    assertThat(page)
        .as("mvn test -pl server -am -Dtest=MetricDocsTest -D" + REWRITE + "=true writes it anew")
        .hasContent(text);
  }
}
