package io.whimbrel.junit;

import io.whimbrel.client.Message;
import io.whimbrel.codec.ReasonCode;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The broker in the process of its user, on loopback and on ports that are free: the very broker
 * that is shipped, with the same configuration keys. Keeps its store in a temporary directory,
 * which goes when it is closed, unless it is given one. {@link Broker} starts one for tests of
 * JUnit; without it:
 *
 * <pre>{@code
 * try (EmbeddedBroker broker = EmbeddedBroker.start()) {
 *   MqttClient client = MqttClient.to(broker.uri()).build();
 * }
 * }</pre>
 *
 * <p>Tells what was published there ({@link #expect}), and lets the way to it ({@link #network}),
 * its disk ({@link #fillDisk}) and itself ({@link #restart}) fail.
 *
 * <p>For any thread; its lock is held while it starts or stops.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String FREE_BYTES_MIN = "store.free-bytes-min";
  private static final String FREE_BYTES_MIN_MAX = "1024GiB"; // what that setting allows at most
  private static final long ANSWER_SECONDS_MAX = 30;
  private static final String RECORDER = "recorder";
  private static final String RECORDER_USER = "recorder.user";
  private static final String RECORDER_PASSWORD = "recorder.password";

  private final Path directory;
  private final boolean temporary;
  private final boolean records;
  private final String recorderUser;
  private final String recorderPassword;
  private final Recorder recorder = new Recorder();

  private volatile Map<String, String> settings;
  private volatile boolean full;
  private volatile @Nullable Server server;
  private @Nullable Network network;

  private EmbeddedBroker(
      Map<String, String> settings, boolean records, Path directory, boolean temporary) {
    Map<String, String> broker = new LinkedHashMap<>(settings);
    this.directory = directory;
    this.temporary = temporary;
    this.records = records;
    this.recorderUser = text(broker.remove(RECORDER_USER));
    this.recorderPassword = text(broker.remove(RECORDER_PASSWORD));
    this.settings = Map.copyOf(broker);
  }

  private static boolean isOn(@Nullable String said) {
    if (said != null && !said.equals("on") && !said.equals("off")) {
      throw new IllegalStateException(RECORDER + ": found '" + said + "', wanted: on or off");
    }
    return !"off".equals(said);
  }

  private static String text(@Nullable String said) {
    return said == null ? "" : said;
  }

  // ---------------------------------------------------------------- its life

  /** Starts a broker in which everything is as it comes. */
  public static EmbeddedBroker start() {
    return start(Map.of());
  }

  /**
   * Starts a broker.
   *
   * @param settings keys of the configuration and their values, as in a configuration file; with
   *     {@code data-dir}, that directory is kept. And three of its own: {@code recorder=off}, so
   *     that it has no client but those of the test, and {@code recorder.user} and {@code
   *     recorder.password}, with which the one that {@link #expect} asks comes in
   * @throws IllegalStateException it cannot start with these
   */
  public static EmbeddedBroker start(Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("listeners.tcp-port", "any");
    all.put("listeners.websocket-port", "any");
    all.put("http.port", "0");
    all.put("overload.loop-delay-max", "0"); // a slow machine is no fault of a test
    all.putAll(settings);
    boolean records = isOn(all.remove(RECORDER));
    EmbeddedBroker broker;
    try {
      String given = settings.get("data-dir");
      Path directory =
          given == null ? Files.createTempDirectory("whimbrel-broker") : Path.of(given);
      all.put("data-dir", directory.toString());
      broker = new EmbeddedBroker(all, records, directory, given == null);
    } catch (IOException noDirectory) {
      throw new UncheckedIOException(noDirectory);
    }
    boolean begun = false;
    try {
      broker.begin();
      begun = true;
      return broker;
    } finally {
      if (!begun) {
        broker.close();
      }
    }
  }

  private synchronized void begin() {
    try {
      server = Server.start(source().read(), source());
    } catch (ConfigException | StartException wrong) {
      throw new IllegalStateException(wrong.getMessage(), wrong);
    }
    attach();
  }

  private void attach() {
    if (!records) {
      recorder.detach("the settings say " + RECORDER + "=off");
    } else if (running().listening().stream().noneMatch(l -> l.kind() == Listening.Kind.TCP)) {
      recorder.detach("it needs listeners.tcp-port");
    } else {
      recorder.attach(uri(), recorderUser, recorderPassword);
    }
  }

  private ConfigSource source() {
    return new ConfigSource() {
      @Override
      public EffectiveConfig read() throws ConfigException {
        ConfigReader reader = new ConfigReader();
        inForce().forEach((key, text) -> reader.flag(key, key, text));
        return reader.finish();
      }
    };
  }

  private Map<String, String> inForce() {
    Map<String, String> all = new LinkedHashMap<>(settings);
    if (full) {
      all.put(FREE_BYTES_MIN, FREE_BYTES_MIN_MAX);
    }
    return all;
  }

  private Server running() {
    Server now = server;
    if (now == null) {
      throw new IllegalStateException("the broker is stopped");
    }
    return now;
  }

  /**
   * Stops the broker, unless it is stopped, and starts it on the same ports with what its store
   * holds: sessions, messages and all that was acknowledged. Connections are closed. What was heard
   * before stays; what others publish before the recorder is back, for some milliseconds, may not
   * be heard.
   */
  public synchronized void restart() {
    stop();
    begin();
  }

  /** Stops the broker; {@link #restart} starts it again. */
  public synchronized void stop() {
    Server now = server;
    server = null;
    recorder.detach("the broker is stopped");
    if (now != null) {
      keepPorts(now.listening());
      now.stop();
    }
  }

  /** It comes back where it was. */
  private void keepPorts(List<Listening> listening) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    for (Listening one : listening) {
      if (one.hasPort()) {
        all.put(one.key(), String.valueOf(one.port()));
      }
    }
    settings = Map.copyOf(all);
  }

  /** Stops the broker, and removes its directory where that is temporary. Once is enough. */
  @Override
  public synchronized void close() {
    stop();
    if (network != null) {
      network.stop();
      network = null;
    }
    if (temporary) {
      Directories.remove(directory);
    }
  }

  /** For the next test: nothing was heard, nothing goes wrong. */
  synchronized void beginAnew() {
    if (server == null) {
      full = false;
      begin();
    }
    if (records && !recorder.absence().isEmpty()) {
      recorder.detach("it comes back");
      attach(); // a test has sent it away
    }
    freeDisk();
    if (network != null) {
      network.heal();
    }
    forget();
  }

  // ---------------------------------------------------------------- where it is

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

  // ---------------------------------------------------------------- what it hears

  /**
   * What is expected to be published to these topics. It counts what a client of the broker's own
   * hears, which has subscribed to {@code #} before anybody else could connect. So topics that
   * begin with {@code $} are not in it; and the limits, rights and users of the settings are those
   * of that client, too: its Client Identifier is {@code whimbrel-recorder}. The newest 10,000
   * messages are kept, and of these 64 MiB.
   *
   * @throws IllegalStateException nothing is heard, and why
   */
  public Expectation expect(String filter) {
    String absence = recorder.absence();
    if (!absence.isEmpty() && server != null) {
      throw new IllegalStateException("the recorder hears nothing: " + absence);
    }
    return Expectation.of(recorder, filter);
  }

  /** What was heard and is kept, in the order in which the broker delivered it. */
  public List<Message> messages() {
    return recorder.since(0).heard().stream().map(Heard::message).toList();
  }

  /** How many messages were heard and are not kept any more, as there were too many. */
  public long dropped() {
    return recorder.dropped();
  }

  /** What the broker has acknowledged so far counts no more. */
  public void forget() {
    try {
      recorder.catchUp();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the thread was interrupted", interrupted);
    }
    recorder.forget();
  }

  // ---------------------------------------------------------------- what goes wrong

  /** The way to the broker, on which things go wrong: for who connects to its address. */
  public synchronized Network network() {
    if (network == null) {
      running();
      network = new Network(this::port);
    }
    return network;
  }

  /**
   * From now on the broker finds less room on its disk than it wants ({@code
   * store.free-bytes-min}): what would have to be stored is refused, QUOTA_EXCEEDED, and what is
   * there goes on. Nothing is written for it.
   *
   * @throws IllegalStateException it keeps nothing on disk; or there is more room than the setting
   *     can ask for, 1 TiB
   */
  public synchronized void fillDisk() {
    Server now = running();
    try {
      if (!source().read().config().needsStore()) {
        throw new IllegalStateException("the broker keeps nothing on disk");
      }
      if (Files.getFileStore(directory).getUsableSpace() > 1L << 40) {
        throw new IllegalStateException("more than " + FREE_BYTES_MIN_MAX + " are free");
      }
    } catch (ConfigException | IOException unreadable) {
      throw new IllegalStateException(unreadable.getMessage(), unreadable);
    }
    full = true;
    reload(now);
  }

  /** Ends {@link #fillDisk}. */
  public synchronized void freeDisk() {
    if (full) {
      full = false;
      reload(running());
    }
  }

  private static void reload(Server server) {
    if (!await(server.reload(), "the settings were not taken on")) {
      throw new IllegalStateException("the settings were not taken on; the log says why");
    }
  }

  /**
   * The token of this client is over: the broker lets it go as it does then, with
   * MAXIMUM_CONNECT_TIME where it speaks MQTT 5, and keeps its session. Whether it may come again
   * is what its next token says.
   *
   * @throws IllegalStateException it is not connected
   */
  public void expireToken(String clientId) {
    disconnect(clientId, ReasonCode.MAXIMUM_CONNECT_TIME);
  }

  /**
   * Ends the connection of this client as an administrator does. Its session is what a lost
   * connection leaves it, and its Will is published.
   *
   * @param reason of 0x80 or greater; told where it speaks MQTT 5
   * @throws IllegalStateException it is not connected
   */
  public void disconnect(String clientId, ReasonCode reason) {
    int ended =
        await(
            running()
                .disconnect(who -> who.clientId().equals(clientId), reason, "the test says so"),
            "it is not known to be gone");
    if (ended == 0) {
      throw new IllegalStateException(clientId + " is not connected");
    }
  }

  private static <T> T await(CompletionStage<T> result, String otherwise) {
    try {
      return result.toCompletableFuture().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the thread was interrupted", interrupted);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IllegalStateException(otherwise, failed);
    }
  }
}
