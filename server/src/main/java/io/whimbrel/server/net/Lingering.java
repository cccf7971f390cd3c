package io.whimbrel.server.net;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Peers that were told goodbye. They have a while to take what was written and to close their side:
 * closing at once, with something of theirs unread, would make the system throw away what they have
 * not read of ours. Whoever has closed is forgotten. Owned by its loop.
 */
final class Lingering {
  /** Until when each may stay, in the order they were told. */
  private final Map<ChannelPeer, Long> goodbyes = new LinkedHashMap<>();

  void add(ChannelPeer peer, long until) {
    goodbyes.put(peer, until);
  }

  void remove(ChannelPeer peer) {
    goodbyes.remove(peer);
  }

  void advance(long now) {
    while (nextMillis() <= now) {
      Iterator<ChannelPeer> first = goodbyes.keySet().iterator();
      ChannelPeer peer = first.next();
      first.remove();
      peer.closeNow();
    }
  }

  long nextMillis() {
    Iterator<Long> untils = goodbyes.values().iterator();
    return untils.hasNext() ? untils.next() : Long.MAX_VALUE;
  }
}
