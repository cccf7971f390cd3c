package io.whimbrel.server;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Identity;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.Settings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** A running broker. */
public final class Server {
  private final Assembly assembly;

  private final CompletableFuture<String> failure;

  private Server(Assembly assembly, CompletableFuture<String> failure) {
    this.assembly = assembly;
    this.failure = failure;
  }

  /**
   * Loads what nearly every start needs, native libraries above all, so that the start finds it;
   * from any thread, before or beside anything else. A broker that keeps nothing on disk does
   * without the store's.
   */
  public static void prepare() {
    Assembly.prepare();
  }

  /** Starts a broker; when this returns, clients can connect. Its configuration never changes. */
  public static Server start(ServerConfig config) throws StartException {
    EffectiveConfig fixed = new EffectiveConfig(config, Settings.defaults());
    return start(fixed, ConfigSource.of(fixed));
  }

  /**
   * Starts a broker; when this returns, clients can connect.
   *
   * @param source where the configuration came from, and is read again
   */
  public static Server start(EffectiveConfig config, ConfigSource source) throws StartException {
    CompletableFuture<String> failure = new CompletableFuture<>();
    Assembly assembly = Assembly.of(config, source, failure::complete);
    try {
      assembly.listen();
    } catch (StartException | RuntimeException | Error refused) {
      assembly.stop(); // after an OutOfMemoryError too: nothing may keep the directory
      throw refused;
    }
    return new Server(assembly, failure);
  }

  /**
   * Completes when the broker can keep no promise any more, with the reason: it has closed its
   * connections and takes no new ones; what it acknowledged is on disk. Stop it.
   */
  public CompletionStage<String> failure() {
    return failure.minimalCompletionStage();
  }

  /** What listens where. */
  public List<Listening> listening() {
    return assembly.listening();
  }

  /**
   * Reads everything again, the configuration and all files, and takes on all of it or, where there
   * is a mistake, nothing; the log says what was wrong or what is in force. From any thread.
   *
   * @return completes with whether all of it is in force
   */
  public CompletionStage<Boolean> reload() {
    return assembly.reload();
  }

  /**
   * Ends the connections of these clients, as an administrator does or as it ends where somebody
   * was let in for so long and no longer. With MQTT 5 they are told the reason (3.14); their
   * sessions and Wills are what a lost connection leaves them. From any thread.
   *
   * @param whom asked on the threads of the event loops, for each client that is let in
   * @param reason of 0x80 or greater
   * @return completes with how many there were; never where the broker is stopped meanwhile
   */
  public CompletionStage<Integer> disconnect(
      Predicate<Identity> whom, ReasonCode reason, String why) {
    if (!reason.isError()) {
      throw new IllegalArgumentException(reason + " is no reason to end a connection");
    }
    return new Dismissals(assembly.broker().shards()).end(whom, reason, why);
  }

  /** Reads the files of a configuration, as a start would; says what is wrong with them. */
  public static void check(ServerConfig config) throws StartException {
    Assembly.check(config);
  }

  /** Stops listening, closes every connection and returns when all is done; once is enough. */
  public void stop() {
    assembly.stop();
  }
}
