package io.whimbrel.core.routing;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A place in a {@link TopicTrie}: its own level, a value or none, and the places below it. Three
 * forms, since of a million filters most nodes have no child and most of the others exactly one.
 * Immutable.
 */
abstract sealed class TrieNode<V> {
  final Level level;
  final @Nullable V value;

  private TrieNode(Level level, @Nullable V value) {
    this.level = level;
    this.value = value;
  }

  static <V> TrieNode<V> leaf(Level level, @Nullable V value) {
    return new Leaf<>(level, value);
  }

  /** A node without a value above {@code child}. */
  static <V> TrieNode<V> above(Level level, TrieNode<V> child) {
    return new Chain<>(level, null, child);
  }

  /** The child whose level is {@code bytes[from..to)}. */
  abstract @Nullable TrieNode<V> child(byte[] bytes, int from, int to, int hash);

  /** The child whose level is {@code #}. */
  abstract @Nullable TrieNode<V> hashChild();

  /** The child whose level is {@code +}. */
  abstract @Nullable TrieNode<V> plusChild();

  /** The child where there is exactly one. */
  abstract @Nullable TrieNode<V> onlyChild();

  /** The children where there are two or more. */
  abstract @Nullable Iterator<TrieNode<V>> children();

  abstract TrieNode<V> withValue(@Nullable V value);

  /** The node with a child added, or replaced by one of the same level. */
  abstract TrieNode<V> withChild(TrieNode<V> child);

  /** The node without the child of a level that is there. */
  abstract TrieNode<V> withoutChild(Level childLevel);

  /** Whether the node holds nothing, and need not be. */
  final boolean isEmpty() {
    return value == null && this instanceof Leaf;
  }

  /** A node without children. */
  private static final class Leaf<V> extends TrieNode<V> {
    Leaf(Level level, @Nullable V value) {
      super(level, value);
    }

    @Override
    @Nullable TrieNode<V> child(byte[] bytes, int from, int to, int hash) {
      return null;
    }

    @Override
    @Nullable TrieNode<V> hashChild() {
      return null;
    }

    @Override
    @Nullable TrieNode<V> plusChild() {
      return null;
    }

    @Override
    @Nullable TrieNode<V> onlyChild() {
      return null;
    }

    @Override
    @Nullable Iterator<TrieNode<V>> children() {
      return null;
    }

    @Override
    TrieNode<V> withValue(@Nullable V newValue) {
      return new Leaf<>(level, newValue);
    }

    @Override
    TrieNode<V> withChild(TrieNode<V> child) {
      return new Chain<>(level, value, child);
    }

    @Override
    TrieNode<V> withoutChild(Level childLevel) {
      throw new IllegalStateException("a leaf has no children");
    }
  }

  /** A node with one child. */
  private static final class Chain<V> extends TrieNode<V> {
    private final TrieNode<V> only;

    Chain(Level level, @Nullable V value, TrieNode<V> only) {
      super(level, value);
      this.only = only;
    }

    @Override
    @Nullable TrieNode<V> child(byte[] bytes, int from, int to, int hash) {
      return only.level.is(bytes, from, to, hash) ? only : null;
    }

    @Override
    @Nullable TrieNode<V> hashChild() {
      return only.level.equals(Level.HASH) ? only : null;
    }

    @Override
    @Nullable TrieNode<V> plusChild() {
      return only.level.equals(Level.PLUS) ? only : null;
    }

    @Override
    @Nullable TrieNode<V> onlyChild() {
      return only;
    }

    @Override
    @Nullable Iterator<TrieNode<V>> children() {
      return null;
    }

    @Override
    TrieNode<V> withValue(@Nullable V newValue) {
      return new Chain<>(level, newValue, only);
    }

    @Override
    TrieNode<V> withChild(TrieNode<V> child) {
      if (only.level.equals(child.level)) {
        return new Chain<>(level, value, child);
      }
      PersistentMap<Level, TrieNode<V>> none = PersistentMap.empty();
      return new Branch<>(level, value, none.put(only.level, only).put(child.level, child));
    }

    @Override
    TrieNode<V> withoutChild(Level childLevel) {
      return new Leaf<>(level, value);
    }
  }

  /** A node with two children or more. */
  private static final class Branch<V> extends TrieNode<V> {
    private final PersistentMap<Level, TrieNode<V>> children;

    Branch(Level level, @Nullable V value, PersistentMap<Level, TrieNode<V>> children) {
      super(level, value);
      this.children = children;
    }

    @Override
    @Nullable TrieNode<V> child(byte[] bytes, int from, int to, int hash) {
      return PersistentMap.find(children, bytes, from, to, hash);
    }

    @Override
    @Nullable TrieNode<V> hashChild() {
      return children.find(Level.HASH);
    }

    @Override
    @Nullable TrieNode<V> plusChild() {
      return children.find(Level.PLUS);
    }

    @Override
    @Nullable TrieNode<V> onlyChild() {
      return null;
    }

    @Override
    Iterator<TrieNode<V>> children() {
      return children.values();
    }

    @Override
    TrieNode<V> withValue(@Nullable V newValue) {
      return new Branch<>(level, newValue, children);
    }

    @Override
    TrieNode<V> withChild(TrieNode<V> child) {
      return new Branch<>(level, value, children.put(child.level, child));
    }

    @Override
    TrieNode<V> withoutChild(Level childLevel) {
      PersistentMap<Level, TrieNode<V>> others = children.remove(childLevel);
      return others.size() == 1
          ? new Chain<>(level, value, others.values().next())
          : new Branch<>(level, value, others);
    }
  }
}
