package io.whimbrel.server;

import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ConfigReader;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.server.config.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;

/** A broker on ports of its own. */
final class TestBroker implements AutoCloseable {
  private static final long AWAIT_NANOS = 20_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 2_000_000L;

  final Server server;

  /** The levels the log was told. */
  final List<ServerConfig.LogLevel> logged = new CopyOnWriteArrayList<>();

  private final Path directory = Files.createTempDirectory("whimbrel-test");
  private final HttpClient http = HttpClient.newHttpClient();

  /** What {@link Server#reload} finds, beside what stands in a file. */
  private final Map<String, String> values = new ConcurrentHashMap<>();

  /**
   * @param settings keys and values by turns
   */
  TestBroker(String... settings) throws Exception {
    this(Optional.empty(), settings);
  }

  /**
   * @param file that is read with them, and looked at
   */
  TestBroker(Optional<Path> file, String... settings) throws Exception {
    values.put("listeners.tcp-port", "any");
    values.put("listeners.websocket-port", "any");
    values.put("http.port", "any");
    values.put("data-dir", directory.toString());
    values.put("logins.failure-delay", "0"); // time for which a test would only wait
    values.put("overload.loop-delay-max", "0"); // a slow machine is no mistake
    for (int i = 0; i < settings.length; i += 2) {
      values.put(settings[i], settings[i + 1]);
    }
    ConfigSource source =
        new ConfigSource() {
          @Override
          public EffectiveConfig read() throws ConfigException {
            ConfigReader reader = new ConfigReader();
            file.ifPresent(reader::file);
            values.forEach((key, text) -> reader.flag(key, key, text));
            return reader.finish();
          }

          @Override
          public List<Path> files() {
            return file.stream().toList();
          }

          @Override
          public void log(ServerConfig.Log log) {
            logged.add(log.level());
          }
        };
    server = Server.start(source.read(), source);
  }

  /** Reads everything again; says whether it was taken on. */
  boolean reload(String... settings) throws Exception {
    for (int i = 0; i < settings.length; i += 2) {
      values.put(settings[i], settings[i + 1]);
    }
    return server.reload().toCompletableFuture().get(AWAIT_NANOS, TimeUnit.NANOSECONDS);
  }

  int port() {
    return port(Listening.Kind.TCP);
  }

  int port(Listening.Kind kind) {
    return server.listening().stream()
        .filter(one -> one.kind() == kind)
        .findFirst()
        .orElseThrow()
        .port();
  }

  HttpResponse<String> http(String method, String path) {
    URI uri = URI.create("http://127.0.0.1:" + port(Listening.Kind.HTTP) + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The value of a metric with its labels as they are written. */
  double metric(String name) {
    return http("GET", "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no metric " + name));
  }

  void awaitMetric(String name, DoublePredicate expected) {
    await(name, () -> expected.test(metric(name)));
  }

  /** Looks until it is so, within bounds. */
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + AWAIT_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 20 s: " + what);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  @Override
  public void close() {
    server.stop();
    if (Files.exists(directory)) { // closed for the first time
      delete(directory);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
