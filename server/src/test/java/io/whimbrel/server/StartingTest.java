package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.store.StoreMoment;
import io.whimbrel.store.StoreWriting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What can be asked while the broker loads what it remembers. */
class StartingTest {
  @TempDir Path directory;

  private final List<String> whileLoading = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  @Test
  void whileItLoadsItIsAliveNotReadyAndOpensNoDoorToClients() throws Exception {
    fill();
    EffectiveConfig config = config();
    Assembly assembly = Assembly.of(config, ConfigSource.of(config), why -> {});
    Logger log = (Logger) LoggerFactory.getLogger("io.whimbrel.store");
    AppenderBase<ILoggingEvent> loading = atTheEndOfLoading(assembly);
    log.addAppender(loading);
    try {
      assembly.listen();

      assertThat(said).singleElement().asString().startsWith("Loaded 0 sessions");
      assertThat(whileLoading)
          .containsExactly("200 live\n", "503 starting\n", "200 metrics", "[HTTP]");
      assertThat(get(assembly, "/health/ready")).isEqualTo("200 ready\n");
      assertThat(assembly.listening()).hasSize(2);
    } finally {
      log.detachAppender(loading);
      assembly.stop();
    }
  }

  /** The line that ends it is written on the thread that loads: what it asks is in time. */
  private AppenderBase<ILoggingEvent> atTheEndOfLoading(Assembly assembly) {
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage());
            try {
              whileLoading.add(get(assembly, "/health/live"));
              whileLoading.add(get(assembly, "/health/ready"));
              boolean metrics = get(assembly, "/metrics").contains("whimbrel_connections 0.0");
              whileLoading.add(metrics ? "200 metrics" : "no metrics");
            } catch (Exception e) {
              whileLoading.add(e.toString());
            }
            whileLoading.add(assembly.listening().stream().map(Listening::kind).toList() + "");
          }
        };
    appender.start();
    return appender;
  }

  private static String get(Assembly assembly, String path) throws Exception {
    Listening http = assembly.listening().get(0);
    for (Listening each : assembly.listening()) {
      http = each.kind() == Listening.Kind.HTTP ? each : http;
    }
    URI uri = URI.create("http://127.0.0.1:" + http.port() + path);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  /** A store with something to load. */
  private void fill() throws Exception {
    TopicName topic = TopicName.of("t");
    Publication message =
        Publication.of("x", topic, Qos.AT_LEAST_ONCE, true, Properties.NONE, new byte[1], 0);
    try (StoreWriting writing = StoreWriting.into(directory)) {
      writing.add(new JournalRecord.Retained(topic, 1, message));
      writing.finish(new StoreMoment(1, 0, 1));
    }
  }

  private EffectiveConfig config() throws Exception {
    return EffectiveConfig.of(
        Map.of(
            "listeners.tcp-port", "any",
            "listeners.websocket-port", "0",
            "http.port", "any",
            "data-dir", directory.toString()));
  }
}
