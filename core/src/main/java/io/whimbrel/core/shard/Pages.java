package io.whimbrel.core.shard;

import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.routing.SessionKey;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pages of queues that sessions of this shard asked for: for each session one on its way. A
 * session that left and came back may ask while the answer to its earlier life here is still to
 * come; that one is dropped, since it may have been read before the rest was written. Owned by its
 * shard.
 */
final class Pages {
  private final ShardJournal journal;
  private final Supplier<Limits> limits;
  private final Map<SessionKey, Asked> asked = new HashMap<>();

  /** A page on its way, and the one that is wanted instead. */
  private static final class Asked {
    private final Wanted page;
    private @Nullable Wanted instead;

    Asked(Wanted page) {
      this.page = page;
    }
  }

  private record Wanted(long from, Consumer<QueuePage> taker) {}

  Pages(ShardJournal journal, Supplier<Limits> limits) {
    this.journal = journal;
    this.limits = limits;
  }

  void read(SessionKey session, long from, Consumer<QueuePage> taker) {
    read(session, new Wanted(from, taker));
  }

  private void read(SessionKey session, Wanted page) {
    Asked before = asked.get(session);
    if (before != null) {
      before.instead = page;
    } else {
      asked.put(session, new Asked(page));
      journal.read(session, page.from, limits.get());
    }
  }

  /** A page has come. */
  void onPage(QueuePage page) {
    Asked was = asked.remove(page.session());
    if (was == null) {
      throw new IllegalStateException("a page nobody asked for");
    }
    Wanted instead = was.instead;
    if (instead != null) {
      read(page.session(), instead);
    }
    was.page.taker.accept(page); // knows whether it still cares
  }

  /** Pages that are still to come. */
  int size() {
    return asked.size();
  }
}
