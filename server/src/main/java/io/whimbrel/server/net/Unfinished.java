package io.whimbrel.server.net;

import io.whimbrel.server.guard.UnfinishedBytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Which peers of a loop hold bytes that are not handled, the one that has finished no packet for
 * longest first. That one goes where memory is short: whoever sends half a packet and waits, or
 * sends on byte by byte, is older than everybody who means it. Owned by its loop.
 */
final class Unfinished {
  private final Map<Holder, Held> holders = new LinkedHashMap<>();
  private final UnfinishedBytes.Share share;

  /** Who holds bytes. */
  interface Holder {
    /** Lets go of them and closes. */
    void abandon();
  }

  private record Held(int bytes, long since) {}

  /**
   * Nobody holds anything.
   *
   * @param loop where {@link #relieve} is run
   */
  Unfinished(UnfinishedBytes all, Executor loop) {
    this.share = all.share(() -> loop.execute(this::relieve));
  }

  /**
   * A peer holds so many bytes now.
   *
   * @param since the time at which its last packet was handled
   */
  void changed(Holder holder, int bytes, long since) {
    Held before = holders.get(holder);
    if (bytes == 0 || (before != null && before.since != since)) {
      holders.remove(holder); // to come in behind the others
    }
    if (bytes > 0) {
      holders.put(holder, new Held(bytes, since));
    }
    if (share.change(bytes - (before == null ? 0 : before.bytes))) {
      relieve();
    }
  }

  private void relieve() {
    while (share.isTooMuch()) {
      Holder oldest = holders.keySet().iterator().next();
      oldest.abandon();
      changed(oldest, 0, 0); // which it says itself, if nothing is wrong
    }
    share.onRelieved();
  }
}
