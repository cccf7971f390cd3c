package io.whimbrel.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.guard.UnfinishedBytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnfinishedTest {
  private final UnfinishedBytes bytes = new UnfinishedBytes(100);
  private final ArrayDeque<Runnable> mail = new ArrayDeque<>();
  private final List<String> abandoned = new ArrayList<>();
  private final Unfinished loop = new Unfinished(bytes, mail::add);
  private final Unfinished other = new Unfinished(bytes, mail::add);

  /** One that lets go, and says so, when it has to. */
  private final class Peer implements Unfinished.Holder {
    private final String name;
    private final Unfinished at;

    Peer(String name, Unfinished at) {
      this.name = name;
      this.at = at;
    }

    void holds(int count, long since) {
      at.changed(this, count, since);
    }

    @Override
    public void abandon() {
      abandoned.add(name);
      holds(0, 0);
    }
  }

  @Test
  void whoHasFinishedNothingForLongestGoesFirst() {
    Peer silent = new Peer("silent", loop);
    Peer trickling = new Peer("trickling", loop);
    Peer busy = new Peer("busy", loop);
    silent.holds(40, 1);
    trickling.holds(20, 2);
    busy.holds(40, 3);
    assertThat(abandoned).isEmpty();

    trickling.holds(21, 2);
    assertThat(abandoned).containsExactly("silent");
    busy.holds(70, 3);
    assertThat(bytes.sum()).isEqualTo(91);
    busy.holds(90, 4);
    assertThat(abandoned).containsExactly("silent", "trickling");
  }

  @Test
  void whoHasFinishedAPacketIsYoungAgain() {
    Peer first = new Peer("first", loop);
    Peer second = new Peer("second", loop);
    first.holds(40, 1);
    second.holds(40, 2);
    first.holds(50, 3);

    second.holds(60, 2);
    assertThat(abandoned).containsExactly("second");
    first.holds(0, 4);
    assertThat(bytes.sum()).isZero();
  }

  @Test
  void theLoopThatHoldsMostLetsGo() {
    new Peer("much", other).holds(30, 1);
    new Peer("more", other).holds(60, 2);
    Peer here = new Peer("here", loop);

    here.holds(15, 3);
    here.holds(20, 3);
    assertThat(abandoned).isEmpty();
    assertThat(mail).as("asked once").hasSize(1);
    mail.remove().run();
    assertThat(abandoned).containsExactly("much");
    assertThat(bytes.sum()).isEqualTo(80);

    here.holds(41, 3);
    mail.remove().run();
    assertThat(abandoned).containsExactly("much", "more");
  }

  @Test
  void afterALowerMaximumLoopsLetGoByTurnsUntilItIsKept() {
    new Peer("here 1", loop).holds(25, 1);
    new Peer("here 2", loop).holds(25, 2);
    new Peer("there 1", other).holds(20, 1);
    new Peer("there 2", other).holds(20, 2);

    bytes.limit(30);
    while (!mail.isEmpty()) {
      mail.remove().run();
    }

    assertThat(abandoned).containsExactly("here 1", "there 1", "here 2");
    assertThat(bytes.sum()).isEqualTo(20);
  }

  @Test
  void oneThatDoesNotLetGoIsNotAskedForEver() {
    loop.changed(() -> abandoned.add("deaf"), 101, 1);

    assertThat(abandoned).containsExactly("deaf");
    assertThat(bytes.sum()).isZero();
  }
}
