package io.whimbrel.core.routing;

import org.jspecify.annotations.Nullable;

/**
 * A node of {@link PersistentMap}: pairs of key and value, then nodes further down. A node other
 * than the root stands for at least two pairs, which makes the form of a map canonical. Immutable.
 */
sealed interface MapNode<K, V> permits BitmapNode, CollisionNode {
  /** How many bits of a hash one step down takes. */
  int BITS = 5;

  /** How far hashes are shifted below the last step: what is still together there is equal. */
  int SHIFT_MAX = 35;

  /** The steps from the root to the lowest node, both included. */
  int DEPTH_MAX = SHIFT_MAX / BITS + 1;

  /** The node with the pair put or replaced; a replaced pair keeps its key. */
  MapNode<K, V> put(K key, V value, int hash, int shift);

  /** The node without a key that is known to be there; may hold a single pair, or none. */
  MapNode<K, V> remove(K key, int hash, int shift);

  /** The position among the pairs at which {@code hash} may be, or -1. */
  int pairAt(int hash, int shift);

  /** The node further down in which {@code hash} may be, or null. */
  @Nullable MapNode<K, V> nodeAt(int hash, int shift);

  int pairs();

  int nodes();

  K key(int pair);

  V value(int pair);

  MapNode<K, V> node(int index);
}
