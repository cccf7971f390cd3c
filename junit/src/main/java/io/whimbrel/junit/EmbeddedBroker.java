package io.whimbrel.junit;

import io.whimbrel.server.Listening;
import io.whimbrel.server.Server;
import io.whimbrel.server.StartException;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ConfigReader;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The broker in the process of its user, on loopback and on ports that are free: the very broker
 * that is shipped, with the same configuration keys. Keeps its store in a temporary directory,
 * which goes when it is closed, unless it is given one.
 *
 * <pre>{@code
 * try (EmbeddedBroker broker = EmbeddedBroker.start()) {
 *   MqttClient client = MqttClient.to(broker.uri()).build();
 * }
 * }</pre>
 *
 * <p>For any thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private final Map<String, String> settings;
  private final Path directory;
  private final boolean temporary;
  private @Nullable Server server;

  private EmbeddedBroker(Map<String, String> settings, Path directory, boolean temporary) {
    this.settings = settings;
    this.directory = directory;
    this.temporary = temporary;
  }

  /** Starts a broker in which everything is as it comes. */
  public static EmbeddedBroker start() {
    return start(Map.of());
  }

  /**
   * Starts a broker.
   *
   * @param settings keys of the configuration and their values, as in a configuration file; with
   *     {@code data-dir}, that directory is kept
   * @throws IllegalStateException it cannot start with these
   */
  public static EmbeddedBroker start(Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("listeners.tcp-port", "any");
    all.put("listeners.websocket-port", "any");
    all.put("http.port", "0");
    all.put("overload.loop-delay-max", "0"); // a slow machine is no fault of a test
    all.putAll(settings);
    EmbeddedBroker broker;
    try {
      Path kept = settings.containsKey("data-dir") ? Path.of(settings.get("data-dir")) : null;
      Path directory = kept == null ? Files.createTempDirectory("whimbrel-broker") : kept;
      all.put("data-dir", directory.toString());
      broker = new EmbeddedBroker(all, directory, kept == null);
    } catch (IOException noDirectory) {
      throw new UncheckedIOException(noDirectory);
    }
    broker.begin();
    return broker;
  }

  private void begin() {
    try {
      server = Server.start(source().read(), source());
    } catch (ConfigException | StartException wrong) {
      throw new IllegalStateException(wrong.getMessage(), wrong);
    }
  }

  private ConfigSource source() {
    return new ConfigSource() {
      @Override
      public EffectiveConfig read() throws ConfigException {
        ConfigReader reader = new ConfigReader();
        settings.forEach((key, text) -> reader.flag(key, key, text));
        return reader.finish();
      }

      @Override
      public List<Path> files() {
        return List.of();
      }
    };
  }

  private Server running() {
    Server now = server;
    if (now == null) {
      throw new IllegalStateException("the broker is stopped");
    }
    return now;
  }

  /** Where clients connect: {@code mqtt://127.0.0.1:PORT}. */
  public String uri() {
    return "mqtt://127.0.0.1:" + port(Listening.Kind.TCP);
  }

  /** Where clients connect over WebSocket. */
  public String webSocketUri() {
    return "ws://127.0.0.1:" + port(Listening.Kind.WEBSOCKET) + "/mqtt";
  }

  /** The port of MQTT over TCP. */
  public int port() {
    return port(Listening.Kind.TCP);
  }

  /** The port of another kind of listener, where the settings ask for one. */
  public int port(Listening.Kind kind) {
    return running().listening().stream()
        .filter(one -> one.kind() == kind)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("nothing listens for " + kind))
        .port();
  }

  /** Where its store is. */
  public Path directory() {
    return directory;
  }

  /** {@link #stop} and {@link #startAgain}. */
  public void restart() {
    stop();
    startAgain();
  }

  /** Stops the broker; connections are closed. {@link #close} removes what it kept, too. */
  public void stop() {
    Server now = server;
    server = null;
    if (now != null) {
      for (Listening one : now.listening()) {
        switch (one.kind()) {
          case TCP -> settings.put("listeners.tcp-port", String.valueOf(one.port()));
          case WEBSOCKET -> settings.put("listeners.websocket-port", String.valueOf(one.port()));
          default -> {} // as the settings say
        }
      }
      now.stop();
    }
  }

  /**
   * Starts the broker that was stopped, on the same ports and with what its store holds: sessions,
   * messages and all that was acknowledged.
   */
  public void startAgain() {
    if (server != null) {
      throw new IllegalStateException("the broker runs");
    }
    begin();
  }

  @Override
  public void close() {
    stop();
    if (temporary) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(each);
        }
      } catch (IOException left) {
        throw new UncheckedIOException(left);
      }
    }
  }
}
