package io.whimbrel.sim;

import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Mailboxes;
import io.whimbrel.core.session.Session;
import io.whimbrel.core.shard.Shard;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event loop: gives its shard turns. What waits comes in an order drawn from the seed, first in
 * first out for each sender; the loop sleeps, stalls, and its clock differs from those of others.
 * Owned by the simulation's thread.
 */
final class Loop {
  private final World world;
  private final Dice dice;
  private final int index;
  private final int outside;
  private final long skew;
  private final List<ArrayDeque<Mailboxes.Mail>> mail = new ArrayList<>();
  private final ArrayDeque<Runnable> inputs = new ArrayDeque<>();
  private final Set<Link> dirty = new LinkedHashSet<>();
  private @Nullable Shard shard;
  private long turnAt = Long.MAX_VALUE;
  private boolean dead;

  /**
   * @param senders the shards, the committer, and one for everybody else
   */
  Loop(World world, int index, int senders, Dice dice) {
    this.world = world;
    this.dice = dice;
    this.index = index;
    this.outside = senders - 1;
    this.skew = world.swarm.skewMillis() == 0 ? 0 : dice.between(0, world.swarm.skewMillis());
    for (int i = 0; i < senders; i++) {
      mail.add(new ArrayDeque<>(0));
    }
  }

  void shard(Shard served) {
    shard = served;
  }

  Shard shard() {
    Shard served = shard;
    if (served == null) {
      throw new IllegalStateException("a loop without a shard");
    }
    return served;
  }

  void die() {
    dead = true;
  }

  boolean isDead() {
    return dead;
  }

  // ---------------------------------------------------------------- what waits

  void mail(int sender, Mailboxes.Mail letter) {
    if (dead) {
      return; // nobody is there any more, and others are counted otherwise
    }
    mail.get(sender).add(letter);
    wake();
  }

  void input(Runnable happened) {
    inputs.add(happened);
    wake();
  }

  /** The link has bytes that leave at the end of the turn. */
  void dirty(Link link) {
    dirty.add(link);
  }

  boolean isIdle() {
    return inputs.isEmpty() && mail.stream().allMatch(ArrayDeque::isEmpty);
  }

  private void wake() {
    boolean stalls = world.chaos && dice.chance(world.swarm.stalls());
    turnBy(world.now() + (stalls ? dice.between(50, 600) : dice.between(0, 1)));
  }

  private void turnBy(long when) {
    if (when >= turnAt || dead) {
      return;
    }
    turnAt = when;
    world.clock.at(
        when,
        () -> {
          if (turnAt == when && !dead) {
            turnAt = Long.MAX_VALUE;
            turn();
          }
        });
  }

  // ---------------------------------------------------------------- turns

  private void turn() {
    Shard served = shard();
    world.sender = index;
    served.beginTurn(world.now() + skew);
    boolean timersFirst = dice.chance(0.5);
    if (timersFirst) {
      served.advance();
    }
    hear(served);
    if (!timersFirst) {
      served.advance();
    }
    served.endTurn();
    served.sessions().forEach(this::checkLimits);
    List<Link> flushed = List.copyOf(dirty);
    dirty.clear();
    flushed.forEach(Link::flush);
    world.sender = outside;
    if (!isIdle()) {
      turnBy(world.now() + 1);
    }
    long next = served.nextMillis();
    if (next != Long.MAX_VALUE) {
      turnBy(Math.max(world.now() + 1, next - skew));
    }
  }

  private void checkLimits(Session session) {
    Limits limits = world.swarm.limits();
    if (session.queueMessages() > limits.queueMessagesMax()
        || session.queueBytes() > limits.queueBytesMax()) {
      world.broken(
          "a queue keeps its limits",
          session.ref()
              + " has "
              + session.queueMessages()
              + ", "
              + session.queueBytes()
              + " bytes");
    }
  }

  /** Takes what each sender sent, some of it or all, one by one from a sender drawn. */
  private void hear(Shard served) {
    int senders = mail.size();
    int[] quota = new int[senders + 1];
    int all = 0;
    for (int i = 0; i <= senders; i++) {
      int size = i < senders ? mail.get(i).size() : inputs.size();
      boolean lazy = size > 0 && world.chaos && dice.chance(world.swarm.lazyMail());
      quota[i] = lazy ? dice.between(0, size) : size;
      all += quota[i];
    }
    for (; all > 0; all--) {
      int nth = dice.below(all);
      int from = 0;
      while (nth >= quota[from]) {
        nth -= quota[from++];
      }
      quota[from]--;
      if (from < senders) {
        served.receive(mail.get(from).remove());
      } else {
        inputs.remove().run();
      }
    }
  }
}
