package io.whimbrel.core.port;

/** Carries messages to shards. Callable from every thread; first in, first out for each sender. */
public interface Mailboxes {
  /** Hands a message to a shard, waking its thread if it sleeps. Never blocks, never refuses. */
  void post(int shard, Mail mail);

  /** What a mailbox carries; shards define the kinds. */
  interface Mail {}
}
