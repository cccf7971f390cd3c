package io.whimbrel.core.shard;

import io.whimbrel.core.port.Mailboxes;
import java.util.List;

/** What stands in a shard's mailbox. */
public sealed interface ShardMail extends Mailboxes.Mail {

  /** All that one shard tells another in one turn, in order. */
  record Letters(int from, List<Letter> letters) implements ShardMail {}

  /** Something to do in a turn of the shard; from any thread. */
  record Run(Runnable action) implements ShardMail {}

  /** A lane that was full has room again. */
  record LaneOpen() implements ShardMail {}

  /** The journal is durable up to here. */
  record Durable(long upTo) implements ShardMail {}

  /** The journal failed. */
  record Failed(long from, String why) implements ShardMail {}
}
