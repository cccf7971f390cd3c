package io.whimbrel.core.routing;

import org.jspecify.annotations.Nullable;

/**
 * A node with up to 32 branches, of which only those that are taken have a slot. Pairs lie in
 * front, two slots each; nodes behind them, one slot each. Immutable.
 */
final class BitmapNode<K, V> implements MapNode<K, V> {
  private static final BitmapNode<?, ?> EMPTY = new BitmapNode<>(0, 0);

  private final int pairBits;
  private final int nodeBits;
  private final Object[] slots;

  private BitmapNode(int pairBits, int nodeBits, Object... slots) {
    this.pairBits = pairBits;
    this.nodeBits = nodeBits;
    this.slots = slots;
  }

  @SuppressWarnings("unchecked")
  static <K, V> BitmapNode<K, V> empty() {
    return (BitmapNode<K, V>) EMPTY;
  }

  private static int bit(int hash, int shift) {
    return 1 << (hash >>> shift);
  }

  private static int index(int bits, int bit) {
    return Integer.bitCount(bits & bit - 1);
  }

  @Override
  public int pairAt(int hash, int shift) {
    int bit = bit(hash, shift);
    return (pairBits & bit) == 0 ? -1 : index(pairBits, bit);
  }

  @Override
  public @Nullable MapNode<K, V> nodeAt(int hash, int shift) {
    int bit = bit(hash, shift);
    return (nodeBits & bit) == 0 ? null : node(index(nodeBits, bit));
  }

  @Override
  public MapNode<K, V> put(K key, V value, int hash, int shift) {
    int bit = bit(hash, shift);
    if ((nodeBits & bit) != 0) {
      int index = index(nodeBits, bit);
      return withNode(index, node(index).put(key, value, hash, shift + BITS));
    }
    int pair = index(pairBits, bit);
    if ((pairBits & bit) == 0) {
      return new BitmapNode<>(pairBits | bit, nodeBits, splice(2 * pair, 0, key, value));
    }
    if (key(pair).equals(key)) {
      Object[] copy = slots.clone();
      copy[2 * pair + 1] = value;
      return new BitmapNode<>(pairBits, nodeBits, copy);
    }
    MapNode<K, V> below =
        both(key(pair), value(pair), key(pair).hashCode(), key, value, hash, shift + BITS);
    return pairToNode(bit, pair, below);
  }

  @Override
  public MapNode<K, V> remove(K key, int hash, int shift) {
    int bit = bit(hash, shift);
    if ((nodeBits & bit) == 0) {
      int pair = index(pairBits, bit);
      return new BitmapNode<>(pairBits & ~bit, nodeBits, splice(2 * pair, 2));
    }
    int index = index(nodeBits, bit);
    MapNode<K, V> below = node(index).remove(key, hash, shift + BITS);
    if (below.pairs() == 1 && below.nodes() == 0) {
      return nodeToPair(bit, index, below.key(0), below.value(0));
    }
    return withNode(index, below);
  }

  /** A node of two pairs whose hashes were equal above {@code shift}. */
  private static <K, V> MapNode<K, V> both(
      K one, V oneValue, int oneHash, K two, V twoValue, int twoHash, int shift) {
    if (shift >= SHIFT_MAX) {
      return new CollisionNode<>(one, oneValue, two, twoValue);
    }
    int oneBit = bit(oneHash, shift);
    int twoBit = bit(twoHash, shift);
    if (oneBit == twoBit) {
      MapNode<K, V> below = both(one, oneValue, oneHash, two, twoValue, twoHash, shift + BITS);
      return new BitmapNode<>(0, oneBit, below);
    }
    boolean oneFirst = Integer.compareUnsigned(oneBit, twoBit) < 0;
    return oneFirst
        ? new BitmapNode<>(oneBit | twoBit, 0, one, oneValue, two, twoValue)
        : new BitmapNode<>(oneBit | twoBit, 0, two, twoValue, one, oneValue);
  }

  private BitmapNode<K, V> withNode(int index, MapNode<K, V> node) {
    Object[] copy = slots.clone();
    copy[2 * pairs() + index] = node;
    return new BitmapNode<>(pairBits, nodeBits, copy);
  }

  private BitmapNode<K, V> pairToNode(int bit, int pair, MapNode<K, V> node) {
    int at = 2 * pairs() - 2 + index(nodeBits, bit); // where it lies once the pair is gone
    Object[] copy = new Object[slots.length - 1];
    System.arraycopy(slots, 0, copy, 0, 2 * pair);
    System.arraycopy(slots, 2 * pair + 2, copy, 2 * pair, at - 2 * pair);
    copy[at] = node;
    System.arraycopy(slots, at + 2, copy, at + 1, copy.length - at - 1);
    return new BitmapNode<>(pairBits & ~bit, nodeBits | bit, copy);
  }

  private BitmapNode<K, V> nodeToPair(int bit, int index, K key, V value) {
    int at = 2 * index(pairBits, bit);
    int node = 2 * pairs() + index;
    Object[] copy = new Object[slots.length + 1];
    System.arraycopy(slots, 0, copy, 0, at);
    copy[at] = key;
    copy[at + 1] = value;
    System.arraycopy(slots, at, copy, at + 2, node - at);
    System.arraycopy(slots, node + 1, copy, node + 2, slots.length - node - 1);
    return new BitmapNode<>(pairBits | bit, nodeBits & ~bit, copy);
  }

  /** The slots with {@code removed} of them at {@code at} replaced by {@code inserted}. */
  private Object[] splice(int at, int removed, Object... inserted) {
    Object[] copy = new Object[slots.length - removed + inserted.length];
    System.arraycopy(slots, 0, copy, 0, at);
    System.arraycopy(inserted, 0, copy, at, inserted.length);
    System.arraycopy(slots, at + removed, copy, at + inserted.length, slots.length - at - removed);
    return copy;
  }

  @Override
  public int pairs() {
    return Integer.bitCount(pairBits);
  }

  @Override
  public int nodes() {
    return Integer.bitCount(nodeBits);
  }

  @Override
  @SuppressWarnings("unchecked")
  public K key(int pair) {
    return (K) slots[2 * pair];
  }

  @Override
  @SuppressWarnings("unchecked")
  public V value(int pair) {
    return (V) slots[2 * pair + 1];
  }

  @Override
  @SuppressWarnings("unchecked")
  public MapNode<K, V> node(int index) {
    return (MapNode<K, V>) slots[2 * pairs() + index];
  }
}
