package io.whimbrel.sim;

import io.whimbrel.client.internal.Outbox;
import io.whimbrel.codec.Publish;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An outbox on a simulated disk: what it was told is safe a while after it was committed, and the
 * end of its process keeps all that was safe and perhaps some of the rest, in its order. Owned by
 * the simulation's thread.
 */
final class SimOutbox implements Outbox {
  private final World world;
  private final Dice dice;
  private final List<Step> steps = new ArrayList<>();
  private @Nullable Listener listener;
  private long committed;
  private long safe;
  private int life;
  private boolean syncing;

  /** Something it was told, which changes what a restart finds. */
  private interface Step {
    void apply(Found found);
  }

  /** What a restart finds. */
  private static final class Found {
    final TreeMap<Long, Kept> kept = new TreeMap<>();
    final Set<Integer> received = new LinkedHashSet<>();

    void change(long sequence, int packetId, boolean released) {
      Kept was = kept.get(sequence);
      if (was != null) {
        kept.put(sequence, new Kept(sequence, was.message(), packetId, released));
      }
    }
  }

  SimOutbox(World world, Dice dice) {
    this.world = world;
    this.dice = dice;
  }

  private long add(Step step) {
    steps.add(step);
    return steps.size();
  }

  /** The process ends; the next one opens it. */
  void crash() {
    life++;
    listener = null;
    syncing = false;
    int kept = dice.between((int) safe, steps.size());
    world.mark(kept > safe ? "sim: an outbox kept what was not safe" : "sim: an outbox lost steps");
    steps.subList(kept, steps.size()).clear();
    committed = kept;
    safe = kept;
  }

  @Override
  public List<Kept> open(Listener told) {
    listener = told;
    return List.copyOf(found().kept.values());
  }

  @Override
  public List<Integer> received() {
    return List.copyOf(found().received);
  }

  private Found found() {
    Found found = new Found();
    steps.forEach(step -> step.apply(found));
    return found;
  }

  @Override
  public long append(long sequence, Publish message) {
    return add(found -> found.kept.put(sequence, new Kept(sequence, message, 0, false)));
  }

  @Override
  public long assigned(long sequence, int packetId) {
    return add(found -> found.change(sequence, packetId, false));
  }

  @Override
  public long released(long sequence) {
    return add(
        found -> {
          Kept was = found.kept.get(sequence);
          found.change(sequence, was == null ? 0 : was.packetId(), true);
        });
  }

  @Override
  public void done(long sequence) {
    add(found -> found.kept.remove(sequence));
  }

  @Override
  public long received(int packetId) {
    return add(found -> found.received.add(packetId));
  }

  @Override
  public long completed(int packetId) {
    return add(found -> found.received.remove(packetId));
  }

  @Override
  public void forgetReceived() {
    add(found -> found.received.clear());
  }

  @Override
  public void commit() {
    committed = steps.size();
    sync();
  }

  private void sync() {
    if (syncing || committed == safe) {
      return;
    }
    syncing = true;
    long upTo = committed;
    int mine = life;
    world.clock.after(
        dice.between(0, 30),
        () -> {
          Listener told = listener;
          if (mine == life && told != null) {
            syncing = false;
            safe = upTo;
            told.onSafe(upTo);
            sync();
          }
        });
  }

  @Override
  public void close() {}
}
