package io.whimbrel.server.auth;

import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.spi.Authenticator;
import io.whimbrel.spi.Authorizer;
import io.whimbrel.spi.Plugin;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What others wrote, found in the jars of a directory. What is named in the configuration and is
 * not there, or does not start, keeps the broker from starting: nobody is let in for want of who
 * would have refused. Immutable but for their stop.
 */
public final class Plugins {
  private final Map<String, Authenticator> authenticators;
  private final Optional<Authorizer> authorizer;
  private final List<Plugin> started;
  private final Patience patience;
  private final List<URLClassLoader> loaders;

  private Plugins(
      Map<String, Authenticator> authenticators,
      Optional<Authorizer> authorizer,
      List<Plugin> started,
      Patience patience,
      List<URLClassLoader> loaders) {
    this.authenticators = authenticators;
    this.authorizer = authorizer;
    this.started = started;
    this.patience = patience;
    this.loaders = loaders;
  }

  /** None at all. */
  public static Plugins none() {
    return new Plugins(
        Map.of(), Optional.empty(), List.of(), new Patience(1, why -> {}), List.of());
  }

  /**
   * Loads and starts those the configuration names.
   *
   * @param told hears, on any thread, of one that fails later
   */
  public static Plugins of(ServerConfig.Auth auth, Consumer<String> told) throws AuthFileException {
    ServerConfig.PluginSettings wanted = auth.plugins();
    List<URLClassLoader> loaders = new ArrayList<>();
    List<Plugin> started = new ArrayList<>();
    try {
      ClassLoader loader = Plugins.class.getClassLoader();
      if (wanted.directory().isPresent()) {
        loaders.add(new URLClassLoader(jars(wanted.directory().get()), loader));
        loader = loaders.get(0);
      }
      Map<String, String> settings = settings(wanted.settings());
      Map<String, Authenticator> known = named(ServiceLoader.load(Authenticator.class, loader));
      Map<String, Authenticator> used = new HashMap<>();
      for (String name : auth.pluginSteps()) {
        used.put(name, started(find(known, name, "auth.chain"), settings, started));
      }
      Optional<Authorizer> authorizer = Optional.empty();
      if (wanted.authorizer().isPresent()) {
        Map<String, Authorizer> all = named(ServiceLoader.load(Authorizer.class, loader));
        Authorizer found = find(all, wanted.authorizer().get(), "auth.authorizer");
        authorizer = Optional.of(started(found, settings, started));
      }
      Patience patience = new Patience(wanted.timeoutMillis(), told);
      return new Plugins(used, authorizer, started, patience, loaders);
    } catch (AuthFileException refused) {
      stop(started, loaders);
      throw refused;
    } catch (ServiceConfigurationError | LinkageError broken) {
      stop(started, loaders);
      throw new AuthFileException("auth.plugin-directory: " + broken.getMessage(), broken);
    }
  }

  private static URL[] jars(Path directory) throws AuthFileException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .map(Plugins::url)
          .toArray(URL[]::new);
    } catch (IOException | UncheckedIOException refused) {
      throw new AuthFileException(
          "auth.plugin-directory: found " + directory + ", allowed: a directory that can be read",
          refused);
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException never) {
      throw new UncheckedIOException(never);
    }
  }

  private static Map<String, String> settings(Optional<Path> file) throws AuthFileException {
    Map<String, String> all = new TreeMap<>();
    if (file.isPresent()) {
      Properties read = new Properties();
      try (Reader in = Files.newBufferedReader(file.get(), StandardCharsets.UTF_8)) {
        read.load(in);
      } catch (IOException | IllegalArgumentException refused) {
        throw new AuthFileException(
            "auth.plugin-settings: " + file.get() + " cannot be read as KEY=VALUE lines", refused);
      }
      read.stringPropertyNames().forEach(key -> all.put(key, read.getProperty(key)));
    }
    return all;
  }

  private static <P extends Plugin> Map<String, P> named(ServiceLoader<P> loader)
      throws AuthFileException {
    Map<String, P> all = new TreeMap<>();
    for (P plugin : loader) {
      P other = all.put(plugin.name(), plugin);
      if (other != null) {
        throw new AuthFileException(
            "auth.plugin-directory: "
                + other.getClass().getName()
                + " and "
                + plugin.getClass().getName()
                + " are both called '"
                + plugin.name()
                + "'");
      }
    }
    return all;
  }

  private static <P extends Plugin> P find(Map<String, P> all, String name, String key)
      throws AuthFileException {
    P found = all.get(name);
    if (found == null) {
      throw new AuthFileException(
          key + ": there is no plugin '" + name + "', there are: " + all.keySet());
    }
    return found;
  }

  private static <P extends Plugin> P started(
      P plugin, Map<String, String> settings, List<Plugin> started) throws AuthFileException {
    try {
      plugin.start(settings);
    } catch (Exception | LinkageError broken) {
      throw new AuthFileException(
          "plugin '" + plugin.name() + "' does not start: " + broken.getMessage(), broken);
    }
    started.add(plugin);
    return plugin;
  }

  /** The one of that name, which the configuration named when they were loaded. */
  Authenticator authenticator(String name) throws AuthFileException {
    return find(authenticators, name, "auth.chain");
  }

  Optional<Authorizer> authorizer() {
    return authorizer;
  }

  Patience patience() {
    return patience;
  }

  /** Answers that did not come, or were errors. */
  public long failures() {
    return patience.failures();
  }

  /** Stops all of them. */
  public void stop() {
    stop(started, loaders);
  }

  private static void stop(List<Plugin> started, List<URLClassLoader> loaders) {
    started.forEach(Plugin::stop);
    for (URLClassLoader loader : loaders) {
      try {
        loader.close();
      } catch (IOException ignored) {
        // The process ends, or never began.
      }
    }
  }
}
