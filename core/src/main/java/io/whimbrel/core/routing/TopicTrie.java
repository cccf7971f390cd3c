package io.whimbrel.core.routing;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from topics, names or filters, to values: a tree with one node per level.
 * Putting and removing copy the nodes from the root to the place and share all others, so a reader
 * holds a consistent tree for as long as it likes. No node is empty but the root of an empty trie.
 *
 * <p>The wildcards {@code +} and {@code #} of filters are stored as levels like any other. Nothing
 * recurses over levels, of which there may be 65,536.
 *
 * @param <V> the values
 */
public final class TopicTrie<V> {
  private final LevelHash hashing;
  private final TrieNode<V> root;
  private final int size;

  private TopicTrie(LevelHash hashing, TrieNode<V> root, int size) {
    this.hashing = hashing;
    this.root = root;
    this.size = size;
  }

  /**
   * A trie without values.
   *
   * @param hashKey keys the hash of levels, so that peers cannot choose colliding ones: random in a
   *     broker, from the seed in a simulation; order of iteration follows from it
   */
  public static <V> TopicTrie<V> empty(long hashKey) {
    return new TopicTrie<>(new LevelHash(hashKey), TrieNode.leaf(Level.ROOT, null), 0);
  }

  /** The number of values. */
  public int size() {
    return size;
  }

  LevelHash hashing() {
    return hashing;
  }

  TrieNode<V> root() {
    return root;
  }

  /** The value of exactly this path, wildcards taken as they are. */
  public @Nullable V find(byte[] path) {
    TrieNode<V> node = root;
    int from = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        node = node.child(path, from, i, hashing.of(path, from, i));
        if (node == null) {
          return null;
        }
        from = i + 1;
      }
    }
    return node.value;
  }

  /** The trie with {@code value} at {@code path}, instead of the one that was there. */
  public TopicTrie<V> with(byte[] path, V value) {
    TopicLevels levels = new TopicLevels(path, hashing);
    TrieNode<V>[] spine = spine(levels.count());
    int found = descend(levels, spine);
    boolean added = true;
    TrieNode<V> node;
    if (found == levels.count()) {
      added = spine[found].value == null;
      node = spine[found].withValue(value);
      found--;
    } else {
      node = TrieNode.leaf(levels.level(levels.count() - 1), value);
      for (int depth = levels.count() - 1; depth > found; depth--) {
        node = TrieNode.above(levels.level(depth - 1), node);
      }
    }
    for (int depth = found; depth >= 0; depth--) {
      node = spine[depth].withChild(node);
    }
    return new TopicTrie<>(hashing, node, added ? size + 1 : size);
  }

  /** The trie without a value at {@code path}; this trie where none is there. */
  public TopicTrie<V> without(byte[] path) {
    TopicLevels levels = new TopicLevels(path, hashing);
    TrieNode<V>[] spine = spine(levels.count());
    int found = descend(levels, spine);
    if (found < levels.count() || spine[found].value == null) {
      return this;
    }
    TrieNode<V> node = spine[found].withValue(null);
    for (int depth = found - 1; depth >= 0; depth--) {
      node = node.isEmpty() ? spine[depth].withoutChild(node.level) : spine[depth].withChild(node);
    }
    return new TopicTrie<>(hashing, node, size - 1);
  }

  /** Fills {@code spine} with the nodes from the root on, and says how many levels exist. */
  private int descend(TopicLevels levels, TrieNode<V>[] spine) {
    TrieNode<V> node = root;
    int depth = 0;
    while (node != null) {
      spine[depth] = node;
      if (depth == levels.count()) {
        return depth;
      }
      node = node.child(levels.bytes(), levels.from(depth), levels.to(depth), levels.hash(depth));
      depth++;
    }
    return depth - 1;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private TrieNode<V>[] spine(int levels) {
    return new TrieNode[levels + 1];
  }

  /**
   * Hands over the value of every filter of this trie that the topic name matches. Visits only
   * nodes that exist, each at most once, and keeps at most one pending node per level besides the
   * path it is on. The order means nothing, but is the same for the same trie and name.
   *
   * @param name a topic name, without wildcards
   */
  void match(byte[] name, Consumer<? super V> found) {
    TopicLevels levels = new TopicLevels(name, hashing);
    boolean dollar = name.length > 0 && name[0] == '$';
    int[] depths = new int[8];
    TrieNode<V>[] pending = spine(depths.length - 1);
    pending[0] = root;
    int top = 1;
    while (top > 0) {
      top--;
      TrieNode<V> node = pending[top];
      int depth = depths[top];
      boolean wildcards = depth > 0 || !dollar; // [MQTT-4.7.2-1]
      if (wildcards) {
        offer(node.hashChild(), found); // also of the parent level (4.7.1.2)
      }
      if (depth == levels.count()) {
        offer(node, found);
        continue;
      }
      if (top + 2 > depths.length) {
        depths = Arrays.copyOf(depths, 2 * depths.length);
        pending = Arrays.copyOf(pending, depths.length);
      }
      TrieNode<V> plus = wildcards ? node.plusChild() : null;
      if (plus != null) {
        pending[top] = plus;
        depths[top++] = depth + 1;
      }
      TrieNode<V> exact =
          node.child(levels.bytes(), levels.from(depth), levels.to(depth), levels.hash(depth));
      if (exact != null) {
        pending[top] = exact;
        depths[top++] = depth + 1;
      }
    }
  }

  private static <V> void offer(@Nullable TrieNode<V> node, Consumer<? super V> found) {
    if (node != null && node.value != null) {
      found.accept(node.value);
    }
  }
}
