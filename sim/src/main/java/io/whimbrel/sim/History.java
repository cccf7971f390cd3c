package io.whimbrel.sim;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that happened, as lines: a hash of the whole and the last of them. The same seed has the same
 * hash on every machine. Owned by the simulation's thread.
 */
final class History {
  private static final int TAIL_LINES = 150;

  private final ArrayDeque<String> tail = new ArrayDeque<>();
  private final @Nullable Consumer<String> trace;
  private long hash = 0xCBF29CE484222325L;
  private long lines;

  /**
   * @param trace hears of every line, or null
   */
  History(@Nullable Consumer<String> trace) {
    this.trace = trace;
  }

  void add(long now, String what) {
    String line = now + " " + what;
    for (int i = 0; i < line.length(); i++) {
      hash = (hash ^ line.charAt(i)) * 0x100000001B3L;
    }
    lines++;
    if (trace != null) {
      trace.accept(line);
    }
    tail.add(line);
    if (tail.size() > TAIL_LINES) {
      tail.remove();
    }
  }

  long hash() {
    return hash;
  }

  long lines() {
    return lines;
  }

  List<String> tail() {
    return List.copyOf(tail);
  }
}
