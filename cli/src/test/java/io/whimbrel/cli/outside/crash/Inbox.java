package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What one session was sent, and what it is owed. */
final class Inbox {
  private final World world;
  private final String owner;
  private final Qos granted;
  private final List<List<Span>> spans = new ArrayList<>();
  private final Map<Stream, Seen> seen = new HashMap<>();

  private static final class Seen {
    int last = -1;
    final BitSet numbers = new BitSet();

    /** Those below the last that have not come. */
    final TreeSet<Integer> gaps = new TreeSet<>();
  }

  Inbox(World world, String owner, Qos granted) {
    this.world = world;
    this.owner = owner;
    this.granted = granted;
    for (int i = 0; i < World.LETTERS; i++) {
      spans.add(new ArrayList<>());
    }
  }

  List<Span> spans(int letter) {
    return spans.get(letter);
  }

  private static boolean owes(List<Span> of, Message message) {
    return of.stream().anyMatch(span -> span.owes(message));
  }

  void accept(Publish publish) {
    world.counts.delivered++;
    Stream stream = world.stream(publish);
    int number = Message.number(publish.payload());
    Qos effective = stream.qos.min(granted);
    if (publish.qos() != effective || publish.retain()) {
      throw new BrokenPromiseException(owner + " should not be told so: " + publish);
    }
    Seen before = seen.computeIfAbsent(stream, s -> new Seen());
    if (effective == Qos.AT_LEAST_ONCE && before.numbers.get(number)) {
      world.counts.duplicates++;
      return;
    }
    if (number < stream.first()) {
      throw new BrokenPromiseException(
          owner + " is told long after: " + stream + " number " + number);
    }
    Message message = stream.get(number);
    List<Span> here = spans.get(stream.letter);
    if (here.stream().noneMatch(span -> span.mayTake(message))) {
      throw new BrokenPromiseException(owner + " has not subscribed to " + message);
    }
    if (number > before.last) {
      skip(before, message, here);
    } else if (effective == Qos.AT_LEAST_ONCE && message.sends > 1) {
      before.gaps.remove(number); // said again behind later ones, and then subscribed to
    } else {
      String how = before.numbers.get(number) ? " twice " : " behind later ones ";
      throw new BrokenPromiseException(owner + " is told" + how + message);
    }
    before.numbers.set(number);
  }

  private void skip(Seen before, Message message, List<Span> here) {
    Stream stream = message.stream;
    for (int i = Math.max(before.last + 1, stream.first()); i < message.number; i++) {
      Message left = stream.get(i);
      if (owes(here, left)) {
        throw new BrokenPromiseException(owner + " is told " + message + " and not " + left);
      }
      before.gaps.add(i);
    }
    before.last = message.number;
  }

  /** What has been acknowledged and has not come. */
  List<Message> missing() {
    List<Message> missing = new ArrayList<>();
    for (Stream stream : world.streams.values()) {
      List<Span> here = spans.get(stream.letter);
      Seen before = seen.computeIfAbsent(stream, s -> new Seen());
      for (int i : before.gaps) {
        if (owes(here, stream.get(i))) {
          missing.add(stream.get(i));
        }
      }
      for (int i = Math.max(before.last + 1, stream.first()); i < stream.end(); i++) {
        if (owes(here, stream.get(i))) {
          missing.add(stream.get(i));
        }
      }
    }
    return missing;
  }

  /** Everything has come: only what must not come again is remembered. */
  void settle() {
    seen.values().forEach(each -> each.gaps.clear());
    for (List<Span> each : spans) {
      each.removeIf(span -> span.ended != Message.NEVER);
    }
  }
}
