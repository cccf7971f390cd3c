package io.whimbrel.core.routing;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map: putting and removing make a new map that shares all but a few small nodes
 * with the old one. A hash array mapped trie (Bagwell, "Ideal hash trees", 2001) in the canonical
 * form of Steindorfer and Vinju ("Optimizing hash-array mapped tries", 2015): maps of equal
 * contents have equal shapes, apart from the order of keys whose hashes collide.
 *
 * <p>Iteration follows the keys' hashes, so it is as deterministic as they are. The trie is at most
 * eight nodes deep; recursion over it is recursion over bits of a hash, never over levels of a
 * topic.
 */
final class PersistentMap<K, V> {
  private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(BitmapNode.empty(), 0);

  private final MapNode<K, V> root;
  private final int size;

  private PersistentMap(MapNode<K, V> root, int size) {
    this.root = root;
    this.size = size;
  }

  @SuppressWarnings("unchecked")
  static <K, V> PersistentMap<K, V> empty() {
    return (PersistentMap<K, V>) EMPTY;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  @Nullable V find(K key) {
    int hash = key.hashCode();
    MapNode<K, V> node = root;
    for (int shift = 0; node != null; shift += MapNode.BITS) {
      int pair = node.pairAt(hash, shift);
      if (pair >= 0) {
        int pairs = shift < MapNode.SHIFT_MAX ? pair + 1 : node.pairs();
        for (; pair < pairs; pair++) {
          if (node.key(pair).equals(key)) {
            return node.value(pair);
          }
        }
        return null;
      }
      node = node.nodeAt(hash, shift);
    }
    return null;
  }

  /** As {@link #find(Object)}, for a level that lies in {@code bytes[from..to)}; makes no key. */
  static <V> @Nullable V find(
      PersistentMap<Level, V> map, byte[] bytes, int from, int to, int hash) {
    MapNode<Level, V> node = map.root;
    for (int shift = 0; node != null; shift += MapNode.BITS) {
      int pair = node.pairAt(hash, shift);
      if (pair >= 0) {
        int pairs = shift < MapNode.SHIFT_MAX ? pair + 1 : node.pairs();
        for (; pair < pairs; pair++) {
          if (node.key(pair).is(bytes, from, to, hash)) {
            return node.value(pair);
          }
        }
        return null;
      }
      node = node.nodeAt(hash, shift);
    }
    return null;
  }

  /** The map with the pair added or its value replaced; a replaced pair keeps its key. */
  PersistentMap<K, V> put(K key, V value) {
    int sizeAfter = find(key) == null ? size + 1 : size;
    return new PersistentMap<>(root.put(key, value, key.hashCode(), 0), sizeAfter);
  }

  /** The map without the key; this map where there is no such key. */
  PersistentMap<K, V> remove(K key) {
    if (find(key) == null) {
      return this;
    }
    return size == 1 ? empty() : new PersistentMap<>(root.remove(key, key.hashCode(), 0), size - 1);
  }

  void forEach(BiConsumer<? super K, ? super V> action) {
    Pairs<K, V> pairs = new Pairs<>(root);
    while (pairs.hasNext()) {
      V value = pairs.next();
      action.accept(pairs.key(), value);
    }
  }

  /** The values, in the order of the keys' hashes; may be left off anywhere. */
  Iterator<V> values() {
    return new Pairs<>(root);
  }

  /** A walk over the pairs: at each depth a node and how many of its parts are done. */
  private static final class Pairs<K, V> implements Iterator<V> {
    private final MapNode<K, V>[] nodes;
    private final int[] done = new int[MapNode.DEPTH_MAX];
    private int depth;
    private @Nullable K key;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Pairs(MapNode<K, V> root) {
      nodes = new MapNode[MapNode.DEPTH_MAX];
      nodes[0] = root;
      settle();
    }

    /** Moves to the next pair: down where the pairs of a node are done, up where its nodes are. */
    private void settle() {
      while (depth >= 0) {
        MapNode<K, V> node = nodes[depth];
        int pairs = node.pairs();
        if (done[depth] < pairs) {
          return;
        }
        int index = done[depth] - pairs;
        if (index < node.nodes()) {
          done[depth]++;
          depth++;
          nodes[depth] = node.node(index);
          done[depth] = 0;
        } else {
          depth--;
        }
      }
    }

    @Override
    public boolean hasNext() {
      return depth >= 0;
    }

    @Override
    public V next() {
      if (depth < 0) {
        throw new NoSuchElementException();
      }
      int pair = done[depth]++;
      MapNode<K, V> node = nodes[depth];
      key = node.key(pair);
      V value = node.value(pair);
      settle();
      return value;
    }

    /** The key of the value that {@link #next} returned last. */
    K key() {
      K last = key;
      if (last == null) {
        throw new IllegalStateException("no pair was asked for yet");
      }
      return last;
    }
  }
}
