package io.whimbrel.core.shard;

import io.whimbrel.core.port.Mailboxes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a shard has to tell the others: collected in a turn, posted at its end as one mailbox
 * message for each, after the journal batch went to the committer. So whoever hears of something
 * can only append after it. Owned by its shard.
 */
final class Outboxes {
  private final int shard;
  private final Mailboxes mailboxes;
  private final Lanes lanes;
  private final @Nullable List<Letter>[] boxes;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Outboxes(int shard, int shards, Mailboxes mailboxes, Lanes lanes) {
    this.shard = shard;
    this.mailboxes = mailboxes;
    this.lanes = lanes;
    this.boxes = new List[shards];
  }

  void add(int to, Letter letter) {
    List<Letter> box = boxes[to];
    if (box == null) {
      box = new ArrayList<>();
      boxes[to] = box;
    }
    box.add(letter);
  }

  boolean anyFull() {
    boolean any = false;
    for (int to = 0; to < boxes.length; to++) {
      List<Letter> box = boxes[to];
      any |= to != shard && lanes.isFull(shard, to, box == null ? 0 : box.size());
    }
    return any;
  }

  void post() {
    for (int to = 0; to < boxes.length; to++) {
      List<Letter> box = boxes[to];
      if (box != null) {
        boxes[to] = null;
        lanes.sent(shard, to, box.size());
        mailboxes.post(to, new ShardMail.Letters(shard, box));
      }
    }
  }
}
