package io.whimbrel.cli.outside.crash;

/** One subscription of one session, in ticks: asked, granted, asked to end, ended. */
final class Span {
  final long asked;
  long granted = Message.NEVER;
  long askedToEnd = Message.NEVER;
  long ended = Message.NEVER;

  Span(long asked) {
    this.asked = asked;
  }

  /** Whether it takes in a message that was acknowledged, whatever happened when. */
  boolean owes(Message message) {
    return !message.refused
        && message.acknowledged < askedToEnd
        && message.acknowledged != Message.NEVER
        && message.sent > granted;
  }

  /** Whether it may take in a message, which may be stored at any time until it is acknowledged. */
  boolean mayTake(Message message) {
    return message.sent < ended && message.acknowledged > asked;
  }
}
