package io.whimbrel.core.retain;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.routing.TopicTrie;
import io.whimbrel.core.routing.TopicWalk;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages: for each topic the last one that was published with RETAIN (3.3.1.3).
 * Shared by all event loops: an immutable tree that readers take as it is and writers replace by
 * compare-and-set.
 *
 * <p>Every change gets a version, greater than those of all changes before it, so that whoever
 * writes changes down elsewhere can tell the last one. How many messages and bytes are too many is
 * for the caller to say; here they are only counted.
 *
 * @param <M> the message, immutable
 */
public final class RetainedMessages<M> {
  private record Retained<M>(TopicName topic, M message, long version) {}

  private record State<M>(TopicTrie<Retained<M>> trie, long bytes, long version) {}

  private final ToLongFunction<? super M> sizeBytes;
  private final AtomicReference<State<M>> state;

  /** As below with a fixed hash key, for where peers are trusted: tests and embedded brokers. */
  public RetainedMessages(ToLongFunction<? super M> sizeBytes) {
    this(sizeBytes, 0);
  }

  /**
   * No messages yet.
   *
   * @param sizeBytes what a message counts for in {@link #bytes}; always the same for the same one
   * @param hashKey keys the hash of levels; see {@link TopicTrie#empty}
   */
  public RetainedMessages(ToLongFunction<? super M> sizeBytes, long hashKey) {
    this.sizeBytes = sizeBytes;
    this.state = new AtomicReference<>(new State<>(TopicTrie.empty(hashKey), 0, 0));
  }

  /** Retains a message in place of the one its topic had, and returns the version of the change. */
  public long put(TopicName topic, M message) {
    while (true) {
      State<M> before = state.get();
      Retained<M> old = before.trie.find(topic.utf8());
      Retained<M> now = new Retained<>(topic, message, before.version + 1);
      long bytes = before.bytes + sizeBytes.applyAsLong(message) - sizeOf(old);
      TopicTrie<Retained<M>> trie = before.trie.with(topic.utf8(), now);
      if (state.compareAndSet(before, new State<>(trie, bytes, now.version))) {
        return now.version;
      }
    }
  }

  /** Removes the message of a topic; returns whether there was one. */
  public boolean remove(TopicName topic) {
    return remove(topic, old -> true) > 0;
  }

  /**
   * Removes the message of a topic and returns the version of the change. It has one even where
   * there was no message: whoever acknowledges the removal has to write down a change of its own,
   * since the one that removed the message may never be written.
   */
  public long removeVersioned(TopicName topic) {
    while (true) {
      long removal = remove(topic, old -> true);
      if (removal > 0) {
        return removal;
      }
      State<M> before = state.get();
      State<M> after = new State<>(before.trie, before.bytes, before.version + 1);
      if (before.trie.find(topic.utf8()) == null && state.compareAndSet(before, after)) {
        return after.version;
      }
    }
  }

  /** Removes the message only while it is still this very one; returns 0 where it is not. */
  public long removeVersioned(TopicName topic, M message) {
    return remove(topic, old -> old.equals(message));
  }

  private long remove(TopicName topic, Predicate<M> which) {
    while (true) {
      State<M> before = state.get();
      Retained<M> old = before.trie.find(topic.utf8());
      if (old == null || !which.test(old.message)) {
        return 0;
      }
      TopicTrie<Retained<M>> trie = before.trie.without(topic.utf8());
      State<M> after = new State<>(trie, before.bytes - sizeOf(old), before.version + 1);
      if (state.compareAndSet(before, after)) {
        return after.version;
      }
    }
  }

  /** Puts back a message with the version it had before a restart. */
  public void restore(TopicName topic, M message, long version) {
    state.updateAndGet(
        s ->
            new State<>(
                s.trie.with(topic.utf8(), new Retained<>(topic, message, version)),
                s.bytes + sizeBytes.applyAsLong(message) - sizeOf(s.trie.find(topic.utf8())),
                Math.max(s.version, version)));
  }

  /** Makes sure every change from now on has a version above the given one, as after a restart. */
  public void versionsAfter(long known) {
    state.updateAndGet(s -> s.version >= known ? s : new State<>(s.trie, s.bytes, known));
  }

  private long sizeOf(@Nullable Retained<M> retained) {
    return retained == null ? 0 : sizeBytes.applyAsLong(retained.message);
  }

  /** The message of a topic as it is now. */
  public @Nullable M find(TopicName topic) {
    Retained<M> retained = state.get().trie.find(topic.utf8());
    return retained == null ? null : retained.message;
  }

  /** The version of a topic's message as it is now, 0 where there is none. */
  public long version(TopicName topic) {
    Retained<M> retained = state.get().trie.find(topic.utf8());
    return retained == null ? 0 : retained.version;
  }

  /** The number of messages. */
  public long count() {
    return state.get().trie.size();
  }

  /** The sizes of all messages together. */
  public long bytes() {
    return state.get().bytes;
  }

  /** The topics of now whose names match the filter, to be gone through at the caller's pace. */
  public Cursor<M> matching(TopicFilter filter) {
    return new Cursor<>(new TopicWalk<>(state.get().trie, filter));
  }

  /**
   * The topics that had a retained message when the cursor was made and match its filter. It yields
   * topics, not messages: the caller asks {@link #find} for the message when it sends it, so that
   * an old message never follows a newer one, and passes on where there is none any more. What was
   * retained after the cursor was made reaches the subscriber live. Owned by one thread at a time;
   * keeps the tree of its creation in memory until it is dropped.
   */
  public static final class Cursor<M> {
    private final TopicWalk<Retained<M>> walk;

    private Cursor(TopicWalk<Retained<M>> walk) {
      this.walk = walk;
    }

    /**
     * Goes on for at most {@code visitsMax} nodes of the tree, at most one topic each.
     *
     * @return whether the cursor is finished
     */
    public boolean advance(int visitsMax, Consumer<? super TopicName> found) {
      return walk.advance(visitsMax, retained -> found.accept(retained.topic()));
    }
  }
}
