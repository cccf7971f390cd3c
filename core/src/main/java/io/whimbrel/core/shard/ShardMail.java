package io.whimbrel.core.shard;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Mailboxes;
import io.whimbrel.core.port.QueuePage;
import java.util.List;

/** What stands in a shard's mailbox. */
public sealed interface ShardMail extends Mailboxes.Mail {

  /** All that one shard tells another in one turn, in order. */
  record Letters(int from, List<Letter> letters) implements ShardMail {}

  /** Something to do in a turn of the shard; from any thread. */
  record Run(Runnable action) implements ShardMail {}

  /** A lane that was full has room again. */
  record LaneOpen() implements ShardMail {}

  /** The journal has reached the level up to here. */
  record Durable(DurabilityLevel reached, long upTo) implements ShardMail {}

  /** A piece of a queue was read back. */
  record Page(QueuePage page) implements ShardMail {}

  /** The journal failed. */
  record Failed(long from, String why) implements ShardMail {}
}
