package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All that was written to each retained topic, and what may stand there. */
final class RetainedBook {
  static final int TOPICS = 12;
  static final String REMOVED = "";

  private final List<List<Write>> writes = new ArrayList<>();
  private int count;

  /** One retained PUBLISH. */
  static final class Write {
    final String value;
    final long sent;
    long acknowledged = Message.NEVER;
    boolean refused;

    Write(String value, long sent) {
      this.value = value;
      this.sent = sent;
    }

    byte[] payload() {
      return value.getBytes(StandardCharsets.US_ASCII);
    }
  }

  RetainedBook() {
    for (int i = 0; i < TOPICS; i++) {
      Write nothing = new Write(REMOVED, 0);
      nothing.acknowledged = 0;
      writes.add(new ArrayList<>(List.of(nothing)));
    }
  }

  static TopicName topic(int number) {
    return TopicName.of("r/" + number);
  }

  Write write(int topic, String who, long tick, boolean remove) {
    Write write = new Write(remove ? REMOVED : who + " " + ++count, tick);
    writes.get(topic).add(write);
    return write;
  }

  /** What may stand there: what no acknowledged write followed that began after its end. */
  Set<String> allowed(int topic) {
    return current(topic).stream().map(write -> write.value).collect(Collectors.toSet());
  }

  private List<Write> current(int topic) {
    List<Write> all = writes.get(topic);
    return all.stream().filter(write -> !isOver(write, all)).toList();
  }

  private static boolean isOver(Write write, List<Write> all) {
    return all.stream()
        .anyMatch(later -> later.acknowledged != Message.NEVER && later.sent > write.acknowledged);
  }

  void forgetOld() {
    for (int i = 0; i < TOPICS; i++) {
      writes.set(i, new ArrayList<>(current(i)));
    }
  }
}
