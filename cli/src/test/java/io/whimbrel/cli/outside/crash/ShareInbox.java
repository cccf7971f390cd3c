package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the members of a shared subscription were sent together, in whatever order. */
final class ShareInbox {
  private final World world;
  private final Map<Stream, BitSet> seen = new HashMap<>();
  private Span span;

  ShareInbox(World world) {
    this.world = world;
  }

  void asked(long tick) {
    if (span == null) {
      span = new Span(tick);
    }
  }

  void granted(long tick) {
    span.granted = Math.min(span.granted, tick);
  }

  void accept(String member, Publish publish) {
    world.counts.delivered++;
    Stream stream = world.stream(publish);
    int number = Message.number(publish.payload());
    BitSet before = seen.computeIfAbsent(stream, s -> new BitSet());
    if (publish.qos() != stream.qos || stream.letter != 0) {
      throw new BrokenPromiseException(member + " should not be told so: " + publish);
    }
    if (before.get(number)) {
      if (stream.qos != Qos.AT_LEAST_ONCE) {
        throw new BrokenPromiseException("the group is told twice: " + stream + " " + number);
      }
      world.counts.duplicates++;
    }
    before.set(number);
  }

  List<Message> missing() {
    List<Message> missing = new ArrayList<>();
    for (Stream stream : world.streams.values()) {
      if (stream.letter == 0 && span != null) {
        BitSet before = seen.computeIfAbsent(stream, s -> new BitSet());
        for (int i = stream.first(); i < stream.end(); i++) {
          if (!before.get(i) && span.owes(stream.get(i))) {
            missing.add(stream.get(i));
          }
        }
      }
    }
    return missing;
  }
}
