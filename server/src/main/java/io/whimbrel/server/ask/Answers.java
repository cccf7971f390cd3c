package io.whimbrel.server.ask;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers that still count, and questions that are under way: whoever asks what another one has
 * asked already shares its answer, or its failure, which is not kept. With more answers than it
 * keeps, the one that was used longest ago is forgotten. All times are given. Keys stay as long as
 * answers do: a secret is a key as its {@link Sha256}, never itself. Callable from every thread;
 * its monitor is held for look-ups, and nobody is called under it.
 */
public final class Answers<K, V> {
  private final int keptMax;

  // Guarded by this object's monitor.
  private final Map<K, Answer<V>> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<K, CompletableFuture<V>> underWay = new HashMap<>();

  /**
   * An answer.
   *
   * @param untilMillis the time from which on it is asked again; what is past: always
   */
  public record Answer<V>(V value, long untilMillis) {}

  /**
   * One that knows nothing.
   *
   * @param keptMax how many answers it keeps
   */
  public Answers(int keptMax) {
    this.keptMax = keptMax;
  }

  /** What is known of a key, or is to be known; the question is asked where nobody has. */
  public CompletionStage<V> of(
      K key, long nowMillis, Supplier<CompletionStage<Answer<V>>> question) {
    CompletableFuture<V> mine = new CompletableFuture<>();
    synchronized (this) {
      Answer<V> known = known(key, nowMillis);
      if (known != null) {
        return CompletableFuture.completedStage(known.value());
      }
      CompletableFuture<V> others = underWay.putIfAbsent(key, mine);
      if (others != null) {
        return others.minimalCompletionStage();
      }
    }
    try {
      question
          .get()
          .whenComplete(
              (answer, error) -> {
                settle(key, error == null ? answer : null, nowMillis);
                if (error == null) {
                  mine.complete(answer.value());
                } else {
                  mine.completeExceptionally(AskException.of(error));
                }
              });
    } catch (RuntimeException | Error broken) {
      settle(key, null, nowMillis);
      mine.completeExceptionally(AskException.of(broken));
    }
    return mine.minimalCompletionStage();
  }

  private @Nullable Answer<V> known(K key, long nowMillis) {
    Answer<V> answer = kept.get(key);
    if (answer != null && answer.untilMillis() <= nowMillis) {
      kept.remove(key);
      return null;
    }
    return answer;
  }

  private synchronized void settle(K key, @Nullable Answer<V> answer, long askedMillis) {
    underWay.remove(key);
    if (answer == null || answer.untilMillis() <= askedMillis || keptMax == 0) {
      return;
    }
    kept.put(key, answer);
    if (kept.size() > keptMax) {
      Iterator<K> oldest = kept.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** How many answers it keeps now, those that have ended since included. */
  public synchronized int size() {
    return kept.size();
  }
}
