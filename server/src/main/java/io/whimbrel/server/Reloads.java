package io.whimbrel.server;

import io.whimbrel.server.audit.Audit;
import io.whimbrel.server.config.ConfigChange;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ConfigMistake;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.files.FileWatch;
import io.whimbrel.server.files.FileWatch.Watched;
import io.whimbrel.server.files.Readied;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is read again while the broker runs: the files of one part when they have changed; and
 * everything, the configuration first, when that has changed or somebody asks. Everything is all or
 * nothing: it is read and checked as a whole before anything is taken on. What cannot be used
 * changes nothing and is told, a line for each mistake; after that a change of any file that was
 * read is an occasion to try again. Reading has a thread of its own.
 */
final class Reloads {
  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.config");
  private static final long LOOK_MILLIS = 500;
  private static final long STOP_SECONDS_MAX = 5;
  private static final String EVERYTHING = "everything";

  private final ConfigSource source;
  private final List<Part> parts;
  private final Audit audit;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread made = new Thread(work, "whimbrel-files");
            made.setDaemon(true);
            return made;
          });

  // The thread's own once it has begun.
  private final FileWatch watch = new FileWatch();
  private Watched whole;
  private List<Watched> single;
  private boolean looking;

  private volatile EffectiveConfig inForce;
  private final AtomicReference<@Nullable CompletableFuture<Boolean>> asked =
      new AtomicReference<>();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /**
   * Notes what the files are like; before they are read, so that what changes meanwhile is seen.
   *
   * @param first what the broker starts with
   * @param parts in the order in which they are taken on
   */
  Reloads(EffectiveConfig first, ConfigSource source, List<Part> parts, Audit audit) {
    this.source = source;
    this.parts = List.copyOf(parts);
    this.audit = audit;
    this.inForce = first;
    this.whole = whole(source.files());
    this.single = single(first.config());
  }

  /** Begins to look at the files. */
  void start() {
    thread.execute(this::watch);
  }

  /** What is in force; from any thread. */
  ServerConfig config() {
    return inForce.config();
  }

  /**
   * Reads everything again; from any thread. Whoever asks before an earlier wish was begun with
   * shares it.
   *
   * @return whether all of it is in force
   */
  CompletableFuture<Boolean> reload() {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> earlier = asked.compareAndExchange(null, mine);
    if (earlier != null) {
      return earlier;
    }
    try {
      thread.execute(
          () -> {
            asked.set(null);
            mine.complete(guarded());
          });
    } catch (RejectedExecutionException stopped) {
      mine.complete(false);
    }
    return mine;
  }

  private boolean guarded() {
    try {
      return readEverything();
    } catch (RuntimeException | Error failed) { // after which the next change is looked at as ever
      refused.incrementAndGet();
      LOG.error("failed to read everything again, which is a mistake of Whimbrel", failed);
      return false;
    }
  }

  // ---------------------------------------------------------------- everything

  private boolean readEverything() {
    Watched again = whole(source.files());
    ConfigChange change;
    try {
      change = ConfigChange.of(inForce, source.read());
    } catch (ConfigException wrong) {
      List<String> lines = wrong.mistakes().stream().map(ConfigMistake::line).toList();
      whole = again; // what files stand in it is not known
      watch();
      refuse(EVERYTHING, source.files(), lines);
      return false;
    }
    ServerConfig next = change.next().config();
    List<Path> files = files(next);
    Watched all = whole(files);
    List<Watched> singly = single(next);
    List<Readied> readied = new ArrayList<>();
    List<String> mistakes = new ArrayList<>();
    for (Part part : parts) {
      try {
        readied.add(part.reading().ready(next));
      } catch (Exception | Error broken) {
        mistakes.add(part.what() + ": " + broken.getMessage());
      }
    }
    if (!mistakes.isEmpty()) {
      readied.forEach(Readied::drop);
      whole = all;
      watch();
      refuse(EVERYTHING, files, mistakes);
      return false;
    }
    readied.forEach(Readied::apply);
    inForce = change.next();
    whole = again;
    single = singly;
    watch();
    tell(files, change);
    return true;
  }

  private void tell(List<Path> files, ConfigChange change) {
    done.incrementAndGet();
    LOG.info("everything read again, in force from now on: {}", names(files));
    change.applied().forEach(line -> LOG.info("{}", line));
    change.awaiting().forEach(line -> LOG.warn("{}", line));
    audit.reloaded(EVERYTHING, files, change.applied(), change.awaiting());
  }

  /** All that would be read. */
  private List<Path> files(ServerConfig config) {
    List<Path> all = new ArrayList<>(source.files());
    parts.forEach(part -> all.addAll(part.files().apply(config)));
    return all;
  }

  private Watched whole(List<Path> files) {
    return new Watched(files, this::guarded);
  }

  // ---------------------------------------------------------------- the files of a part

  private List<Watched> single(ServerConfig config) {
    List<Watched> all = new ArrayList<>();
    for (Part part : parts) {
      List<Path> files = part.files().apply(config);
      if (!files.isEmpty()) {
        all.add(new Watched(files, () -> read(part, files)));
      }
    }
    return all;
  }

  private void read(Part part, List<Path> files) {
    try {
      part.reading().ready(inForce.config()).apply();
    } catch (Exception | Error broken) { // after which the next change is looked at as ever
      refuse(part.what(), files, List.of(String.valueOf(broken.getMessage())));
      return;
    }
    done.incrementAndGet();
    LOG.info("{} read again, in force from now on: {}", part.what(), names(files));
    audit.reloaded(part.what(), files, List.of(), List.of());
  }

  private void refuse(String what, List<Path> files, List<String> mistakes) {
    refused.incrementAndGet();
    mistakes.forEach(
        mistake -> LOG.error("{} NOT read again, the old stays in force: {}", what, mistake));
    audit.reloadRefused(what, files, mistakes);
  }

  private static String names(List<Path> files) {
    return files.isEmpty()
        ? "there are no files"
        : String.join(", ", files.stream().map(Path::toString).toList());
  }

  private void watch() {
    List<Watched> all = new ArrayList<>(single);
    all.add(whole); // after the parts: what is right in one of them holds whatever the rest is like
    watch.watch(all);
    if (!looking && all.stream().anyMatch(Watched::isAnything)) { // who has no files has no looks
      looking = true;
      thread.scheduleWithFixedDelay(watch, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  // ---------------------------------------------------------------- counts, and the end

  /** Times that changed files were taken on. */
  long done() {
    return done.get();
  }

  /** Times that they could not be. */
  long refused() {
    return refused.get();
  }

  /** Ends behind what is being read, so that nothing is taken on any more. */
  void stop() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        thread.shutdownNow(); // a file system that does not answer
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    CompletableFuture<Boolean> unread = asked.getAndSet(null);
    if (unread != null) {
      unread.complete(false);
    }
  }
}
