package io.whimbrel.client.internal;

import static io.whimbrel.client.internal.OutboxHistory.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.internal.OutboxHistory.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an outbox finds after each end that its process, its power or its disk can come to. */
final class OutboxCrashTest {
  private static final int LIVES = 12;
  private static final long SEGMENT_BYTES = FileOutbox.SEGMENT_BYTES_MIN;

  private enum End {
    CLOSED,
    KILLED,
    POWER_CUT
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasSafeIsFoundAfterAnyEnd(boolean sync) {
    long deletions = 0;
    for (long seed = 0; seed < 60; seed++) {
      try {
        deletions += lives(new Random(seed), sync);
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("seed " + seed, broken);
      }
    }
    assertThat(deletions).as("segments that were deleted").isGreaterThan(500);
  }

  /** Lets an outbox live some times, and gives the number of its last segment. */
  private static int lives(Random random, boolean sync) {
    TestDisk disk = new TestDisk();
    OutboxHistory history = new OutboxHistory(random);
    long safe = 0; // in the history of the life before
    for (int life = 0; life < LIVES; life++) {
      End end = End.values()[random.nextInt(3)];
      if (end != End.CLOSED) {
        disk.failIn(random.nextInt(random.nextBoolean() ? 40 : 800), "the end");
      }
      FileOutbox outbox = new FileOutbox(disk, "me", sync, SEGMENT_BYTES);
      Heard heard = new Heard();
      State found;
      try {
        found = State.found(outbox, outbox.open(heard));
      } catch (OutboxException failed) {
        assertThat(end).as(failed.getMessage()).isNotEqualTo(End.CLOSED);
        assertThat(failed).hasMessageContaining("the end");
        disk = end == End.KILLED ? disk.afterKill() : disk.afterPowerCut(random);
        continue;
      }
      assertThat(history.has(found, safe)).as("life " + life + " after " + safe).isTrue();
      history.begin(found);
      run(random, history, outbox, heard);
      outbox.close();
      safe = end == End.POWER_CUT && !sync ? 0 : heard.safe();
      if (heard.failures().isEmpty()) {
        assertThat(heard.safe()).isEqualTo(history.position());
      }
      disk = end == End.POWER_CUT ? disk.afterPowerCut(random) : disk.afterKill();
    }
    List<String> segments = disk.segments();
    return segments.isEmpty() ? 0 : OutboxSegment.number(segments.get(segments.size() - 1));
  }

  private static void run(Random random, OutboxHistory history, FileOutbox outbox, Heard heard) {
    int steps = random.nextInt(400);
    for (int i = 0; i < steps && heard.failures().isEmpty(); i++) {
      long position = history.step(outbox);
      assertThat(position).isIn(0L, history.position());
      if (random.nextInt(3) == 0) {
        history.commit(outbox);
        if (random.nextBoolean()) {
          heard.awaitSafe(history.position());
        }
      }
    }
  }

  @Test
  void aLogThatIsCutAnywhereHoldsWhatWasWrittenBefore() {
    TestDisk disk = new TestDisk();
    OutboxHistory history = new OutboxHistory(new Random(1));
    FileOutbox outbox = new FileOutbox(disk, "me", true, 1 << 20);
    Heard heard = new Heard();
    outbox.open(heard);
    String log = "00000001.log";
    List<Integer> ends = new ArrayList<>(List.of(0));
    while (ends.size() < 40) {
      history.step(outbox);
      history.commit(outbox);
      assertThat(heard.awaitSafe(history.position())).isTrue();
      while (ends.size() < history.states.size()) {
        ends.add(disk.bytes(log).length);
      }
    }
    outbox.close();

    byte[] whole = disk.bytes(log);
    for (int cut = 0; cut <= whole.length; cut++) {
      int position = 0;
      while (position + 1 < ends.size() && ends.get(position + 1) <= cut) {
        position++;
      }
      disk.put(log, Arrays.copyOf(whole, cut));

      assertThat(opened(disk)).as("cut at " + cut).isEqualTo(history.states.get(position));
    }
  }

  @Test
  void aBrokenByteIsFoundWhereverItIs() {
    TestDisk disk = new TestDisk();
    OutboxHistory history = new OutboxHistory(new Random(2));
    FileOutbox outbox = new FileOutbox(disk, "me", true, SEGMENT_BYTES);
    Heard heard = new Heard();
    outbox.open(heard);
    history.receive(outbox, 5);
    while (disk.segments().size() < 3) {
      history.append(outbox, message(new Random(3)));
      history.commit(outbox);
      heard.awaitSafe(history.position());
    }
    outbox.close();

    int total = 0;
    int refused = 0;
    for (String log : disk.segments()) {
      byte[] whole = disk.bytes(log);
      total += whole.length;
      for (int at = 0; at < whole.length; at++) {
        byte[] broken = whole.clone();
        broken[at] ^= 0x10;
        disk.put(log, broken);
        try {
          assertThat(opened(disk)).as(log + " at " + at).isEqualTo(history.last());
        } catch (OutboxException damaged) {
          refused++;
          assertThat(damaged).hasMessageContaining("memory").hasMessageContaining(log);
        }
      }
      disk.put(log, whole);
    }
    assertThat(refused).isEqualTo(total - OutboxRecord.PLACE_BYTES); // the last one says no more
  }

  @Test
  void anythingMayLieInTheDirectory() {
    TestDisk written = new TestDisk();
    Random random = new Random(4);
    OutboxHistory history = new OutboxHistory(random);
    FileOutbox outbox = new FileOutbox(written, "me", false, SEGMENT_BYTES);
    outbox.open(new Heard());
    for (int i = 0; i < 200; i++) {
      history.step(outbox);
    }
    outbox.close();
    int opened = 0;
    for (int i = 0; i < 1_500; i++) {
      TestDisk disk = written.afterKill();
      List<String> names = new ArrayList<>(disk.segments());
      names.addAll(List.of("client", "00000001.log", "00000002.log", "00000099.log", "x.log"));
      for (int j = random.nextInt(3); j >= 0; j--) {
        String name = names.get(random.nextInt(names.size()));
        disk.put(name, garbage(random, disk.segments().contains(name) ? disk.bytes(name) : null));
      }
      try {
        opened(disk);
        opened++;
      } catch (OutboxException refused) {
        assertThat(refused).hasMessageStartingWith("The outbox in memory ");
      }
      assertThat(disk.isLocked()).isFalse();
    }
    assertThat(opened).isBetween(1, 1_499);
  }

  private static byte[] garbage(Random random, byte[] before) {
    byte[] garbage = new byte[random.nextInt(400)];
    random.nextBytes(garbage);
    if (before == null || before.length == 0 || random.nextInt(4) == 0) {
      return garbage;
    }
    int at = random.nextInt(before.length);
    int left = Math.min(garbage.length, before.length - at);
    byte[] mixed = random.nextBoolean() ? before.clone() : Arrays.copyOf(before, at + left);
    System.arraycopy(garbage, 0, mixed, at, left);
    return mixed;
  }

  @Test
  void saysOnceThatTheDiskFailedAndCallsNothingSafeAfterwards() {
    for (int steps = 0; steps < 40; steps++) {
      TestDisk disk = new TestDisk();
      OutboxHistory history = new OutboxHistory(new Random(5));
      FileOutbox outbox = new FileOutbox(disk, "me", true, SEGMENT_BYTES);
      Heard heard = new Heard();
      outbox.open(heard);
      disk.failIn(steps, "No space left on device");
      while (heard.failures().isEmpty()) {
        history.append(outbox, message("more"));
        history.commit(outbox);
        heard.awaitSafe(history.position());
      }
      history.append(outbox, message("more"));
      history.commit(outbox);
      outbox.close();

      assertThat(heard.failures())
          .containsExactly("The outbox in memory cannot be written: No space left on device");
      assertThat(disk.isLocked()).isFalse();
      State found = opened(disk.afterPowerCut(new Random(steps)));
      assertThat(history.has(found, heard.safe())).isTrue();
    }
  }

  @Test
  void anOldMessageDoesNotKeepALongLogAlive() {
    TestDisk disk = new TestDisk();
    OutboxHistory history = new OutboxHistory(new Random(6));
    FileOutbox outbox = new FileOutbox(disk, "me", true, SEGMENT_BYTES);
    Heard heard = new Heard();
    outbox.open(heard);
    Outbox.Kept old = new Outbox.Kept(1, message("old"), 7, true);
    outbox.append(1, old.message());
    outbox.assigned(1, 7);
    outbox.released(1);
    outbox.received(9);
    outbox.commit();
    for (int i = 2; i < 2_000; i++) {
      long position = outbox.append(i, message("passes"));
      outbox.commit();
      heard.awaitSafe(position);
      outbox.done(i);
      assertThat(disk.size()).isLessThan(6 * SEGMENT_BYTES);
    }
    outbox.close();

    assertThat(disk.segments()).doesNotContain("00000001.log");
    assertThat(opened(disk)).isEqualTo(new State(List.of(old), List.of(9)));
    assertThat(history.last()).isEqualTo(State.EMPTY);
  }

  @Test
  void aMissingSegmentIsRefused() {
    TestDisk disk = new TestDisk();
    OutboxHistory history = new OutboxHistory(new Random(7));
    FileOutbox outbox = new FileOutbox(disk, "me", false, SEGMENT_BYTES);
    outbox.open(new Heard());
    while (history.position() < 200) {
      history.append(outbox, message("fills"));
    }
    outbox.close();
    TestDisk left = new TestDisk();
    left.put("client", disk.bytes("client"));
    disk.segments().stream()
        .filter(name -> !name.equals("00000002.log"))
        .forEach(name -> left.put(name, disk.bytes(name)));

    assertThatThrownBy(() -> opened(left))
        .isInstanceOf(OutboxException.class)
        .hasMessageContaining("a segment is missing, in 00000002.log");
  }

  private static State opened(TestDisk disk) {
    FileOutbox outbox = new FileOutbox(disk, "me", true, SEGMENT_BYTES);
    State found = State.found(outbox, outbox.open(new Heard()));
    outbox.close();
    return found;
  }
}
