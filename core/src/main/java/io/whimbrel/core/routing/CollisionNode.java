package io.whimbrel.core.routing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Pairs whose hashes are equal in all bits, in the order they came: a plain list. Immutable. */
final class CollisionNode<K, V> implements MapNode<K, V> {
  private final Object[] slots;

  CollisionNode(Object... slots) {
    this.slots = slots;
  }

  @Override
  public MapNode<K, V> put(K key, V value, int hash, int shift) {
    int pair = indexOf(key);
    if (pair >= 0) {
      Object[] copy = slots.clone();
      copy[2 * pair + 1] = value;
      return new CollisionNode<>(copy);
    }
    Object[] copy = Arrays.copyOf(slots, slots.length + 2);
    copy[slots.length] = key;
    copy[slots.length + 1] = value;
    return new CollisionNode<>(copy);
  }

  @Override
  public MapNode<K, V> remove(K key, int hash, int shift) {
    int at = 2 * indexOf(key);
    Object[] copy = new Object[slots.length - 2];
    System.arraycopy(slots, 0, copy, 0, at);
    System.arraycopy(slots, at + 2, copy, at, copy.length - at);
    return new CollisionNode<>(copy);
  }

  private int indexOf(K key) {
    for (int pair = 0; pair < pairs(); pair++) {
      if (key(pair).equals(key)) {
        return pair;
      }
    }
    return -1;
  }

  @Override
  public int pairAt(int hash, int shift) {
    return 0; // and those behind it
  }

  @Override
  public @Nullable MapNode<K, V> nodeAt(int hash, int shift) {
    return null;
  }

  @Override
  public int pairs() {
    return slots.length / 2;
  }

  @Override
  public int nodes() {
    return 0;
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
  public MapNode<K, V> node(int index) {
    throw new IllegalStateException("a collision node has no nodes below it");
  }
}
