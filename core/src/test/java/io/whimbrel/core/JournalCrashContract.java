package io.whimbrel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.session.BrokerImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What every journal that outlives its process leaves behind when that ends at any moment. The
 * simulator's disk and the real one are held to the same words, so that what the simulator finds
 * out about crashes is true of the real one.
 */
public interface JournalCrashContract {

  /** One engine under test, with two shards. */
  interface Engine {
    /** Opens the journal of a shard. */
    Journal open(int shard, Journal.Listener listener);

    /** Lets the engine work on for a while that the seed decides, and tell what it has to tell. */
    void passTime(SplittableRandom random);

    /**
     * Ends all at once, with anything that was told still told.
     *
     * @return what a restart finds
     */
    Recovery crash(SplittableRandom random);

    /** The least level that this kind of crash may not take anything from. */
    DurabilityLevel survives();
  }

  /** A fresh engine without records. */
  Engine engine(long seed);

  /** How many seeds are tried. */
  int seeds();

  /** The commits of one shard: where each ends, and how many were made on all shards by then. */
  final class Told implements Journal.Listener {
    private final List<Long> positions = new ArrayList<>();
    private final List<Integer> commits = new ArrayList<>();
    private final DurabilityLevel level;
    private int kept;

    Told(DurabilityLevel level) {
      this.level = level;
    }

    void committed(long position, int commit) {
      positions.add(position);
      commits.add(commit);
    }

    /** How many commits of all shards have to be there. */
    int kept() {
      return kept;
    }

    @Override
    public void onDurable(DurabilityLevel reached, long upTo) {
      if (reached.compareTo(level) >= 0) {
        for (int i = 0; i < positions.size() && positions.get(i) <= upTo; i++) {
          kept = Math.max(kept, commits.get(i));
        }
      }
    }

    @Override
    public void onPage(QueuePage page) {
      throw new AssertionError("nobody asked for " + page);
    }

    @Override
    public void onFailed(long from, String why) {
      throw new AssertionError("the journal failed: " + why);
    }
  }

  @Test
  default void whatACrashLeavesIsWhatSomeFirstCommitsMakeAndAllThatWasToldIsAmongThem() {
    int lost = 0;
    for (long seed = 1; seed <= seeds(); seed++) {
      Engine engine = engine(seed);
      SplittableRandom random = new SplittableRandom(seed);
      List<Told> told = List.of(new Told(engine.survives()), new Told(engine.survives()));
      List<Journal> journals = List.of(engine.open(0, told.get(0)), engine.open(1, told.get(1)));
      JournalHistory history = new JournalHistory(seed);
      BrokerImage image = new BrokerImage();
      List<List<String>> states = new ArrayList<>();
      states.add(ImageWords.of(image));
      int turns = random.nextInt(1, 60);
      for (int turn = 1; turn <= turns; turn++) {
        int shard = random.nextInt(2);
        long position = 0;
        for (var record : history.turn()) {
          position = journals.get(shard).append(record);
          image.accept(record);
        }
        if (position > 0) { // a turn without records has nothing to keep
          told.get(shard).committed(position, turn);
        }
        states.add(ImageWords.of(image));
        journals.get(shard).commit(DurabilityLevel.values()[random.nextInt(3)]);
        if (random.nextInt(4) == 0) {
          engine.passTime(random);
        }
      }
      journals.get(0).append(JournalContract.record(1_000_000)); // of a turn that did not end

      Recovery recovery = engine.crash(random);

      BrokerImage found = new BrokerImage();
      recovery.load(found);
      List<String> words = ImageWords.of(found);
      int kept = Math.max(told.get(0).kept(), told.get(1).kept());
      String which = "seed " + seed + ", " + turns + " commits: ";
      assertThat(states).as(which + "what some first ones make").contains(words);
      assertThat(states.lastIndexOf(words))
          .as(which + "these were told")
          .isGreaterThanOrEqualTo(kept);
      lost += states.lastIndexOf(words) < turns ? 1 : 0;
    }
    assertThat(lost).as("crashes that lost something that was promised to nobody").isPositive();
  }
}
