package io.whimbrel.core.session;

import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** A queue for what most sessions never have: nothing is allocated before the first element. */
final class SparseQueue<E> {
  private @Nullable ArrayDeque<E> elements;

  void add(E element) {
    ArrayDeque<E> all = elements;
    if (all == null) {
      all = new ArrayDeque<>(2);
      elements = all;
    }
    all.add(element);
  }

  @Nullable E peek() {
    return elements == null ? null : elements.peek();
  }

  /** Takes out the first, which is there. */
  E remove() {
    ArrayDeque<E> all = elements;
    if (all == null) {
      throw new NoSuchElementException();
    }
    return all.remove();
  }

  boolean isEmpty() {
    return elements == null || elements.isEmpty();
  }

  void clear() {
    elements = null;
  }
}
