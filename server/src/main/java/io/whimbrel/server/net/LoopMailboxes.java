package io.whimbrel.server.net;

import io.whimbrel.core.port.Mailboxes;
import java.util.List;

/** The mailboxes of all shards, by index. */
public final class LoopMailboxes implements Mailboxes {
  private final Mailbox[] boxes;

  public LoopMailboxes(List<Mailbox> boxes) {
    this.boxes = boxes.toArray(Mailbox[]::new);
  }

  @Override
  public void post(int shard, Mail mail) {
    boxes[shard].post(mail);
  }
}
