package io.whimbrel.core.routing;

import io.whimbrel.codec.TopicFilter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the topic names of one trie that match one filter, in slices: the caller says how
 * many steps a slice may take, each of them bounded, and may come back for the next one whenever it
 * likes. Sees the trie as it was when the walk began, and keeps it in memory until the end. Owned
 * by one thread at a time.
 *
 * <p>The order follows the hash key of the trie and nothing else.
 *
 * @param <V> the values of the trie
 */
public final class TopicWalk<V> {
  /** Instead of a number of matched levels: the node and all below it match. */
  private static final int ALL = -1;

  /** As {@link #ALL}, for a first level that must not begin with {@code $}. */
  private static final int ALL_BUT_DOLLAR = -2;

  private final TopicLevels filter;
  private final boolean wildcardFirst;

  /** The node of the next step, and how many levels of the filter it has matched. */
  private @Nullable TrieNode<V> node;

  private int matched;

  /** Children that wait for their turn, and what each of them will have matched. */
  private Iterator<TrieNode<V>>[] waiting;

  private int[] waitingMatched;
  private int depth;

  @SuppressWarnings({"unchecked", "rawtypes"})
  public TopicWalk(TopicTrie<V> trie, TopicFilter filter) {
    this.filter = new TopicLevels(filter.inner(), trie.hashing());
    this.wildcardFirst = this.filter.is(0, '+') || this.filter.is(0, '#');
    this.node = trie.root();
    this.waiting = new Iterator[4];
    this.waitingMatched = new int[4];
  }

  /**
   * Takes at most {@code visitsMax} steps and hands over the values found on the way, at most one
   * per step.
   *
   * @return whether the walk is finished
   */
  public boolean advance(int visitsMax, Consumer<? super V> found) {
    for (int visits = 0; visits < visitsMax && !isFinished(); visits++) {
      TrieNode<V> here = node;
      if (here != null) {
        node = null;
        visit(here, found);
      } else if (waiting[depth - 1].hasNext()) {
        node = waiting[depth - 1].next();
        matched = waitingMatched[depth - 1];
      } else {
        depth--;
      }
    }
    return isFinished();
  }

  private boolean isFinished() {
    return node == null && depth == 0;
  }

  private void visit(TrieNode<V> here, Consumer<? super V> found) {
    boolean firstLevel = matched == 1 || matched == ALL_BUT_DOLLAR;
    if (firstLevel && wildcardFirst && here.level.startsWithDollar()) {
      return; // [MQTT-4.7.2-1]
    }
    if (matched < 0) {
      offer(here, found);
      below(here, ALL);
    } else if (matched == filter.count()) {
      offer(here, found);
    } else if (filter.is(matched, '#')) {
      offer(here, found); // the parent level (4.7.1.2)
      below(here, matched == 0 ? ALL_BUT_DOLLAR : ALL);
    } else if (filter.is(matched, '+')) {
      below(here, matched + 1);
    } else {
      int from = filter.from(matched);
      node = here.child(filter.bytes(), from, filter.to(matched), filter.hash(matched));
      matched++;
    }
  }

  private void offer(TrieNode<V> here, Consumer<? super V> found) {
    if (here.value != null) {
      found.accept(here.value);
    }
  }

  private void below(TrieNode<V> here, int childMatched) {
    node = here.onlyChild();
    matched = childMatched;
    Iterator<TrieNode<V>> children = here.children();
    if (children == null) {
      return;
    }
    if (depth == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * depth);
      waitingMatched = Arrays.copyOf(waitingMatched, 2 * depth);
    }
    waiting[depth] = children;
    waitingMatched[depth++] = childMatched;
  }
}
