package io.whimbrel.server.net;

import java.util.ArrayDeque;

/**
 * Peers that were told goodbye. They have a while to take what was written and to close their side:
 * closing at once, with something of theirs unread, would make the system throw away what they have
 * not read of ours. Owned by its loop.
 */
final class Lingering {
  private final ArrayDeque<Goodbye> goodbyes = new ArrayDeque<>();

  private record Goodbye(ChannelPeer peer, long until) {}

  void add(ChannelPeer peer, long until) {
    goodbyes.add(new Goodbye(peer, until));
  }

  void advance(long now) {
    for (Goodbye first = goodbyes.peek();
        first != null && first.until <= now;
        first = goodbyes.peek()) {
      goodbyes.remove();
      first.peer.closeNow();
    }
  }

  long nextMillis() {
    Goodbye first = goodbyes.peek();
    return first == null ? Long.MAX_VALUE : first.until;
  }
}
