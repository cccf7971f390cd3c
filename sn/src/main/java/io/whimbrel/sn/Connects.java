package io.whimbrel.sn;

import io.whimbrel.codec.sn.SnMessage;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The CONNECT of a device, and those it took the place of lately. CONNECT has no message id: that
 * one is a copy, which a network brings late, is told by what it says, and by no copy coming later
 * than T_retry. Owned by the device's shard.
 */
final class Connects {
  private static final int MOST = 4;

  private final long copiesMillis;
  private final ArrayDeque<Past> last = new ArrayDeque<>(1);

  private record Past(SnMessage.Connect asked, long atMillis) {}

  /**
   * @param copiesMillis how long after an answer copies come
   */
  Connects(long copiesMillis) {
    this.copiesMillis = copiesMillis;
  }

  static boolean isSame(SnMessage.Connect one, SnMessage.Connect other) {
    return one.will() == other.will()
        && one.cleanSession() == other.cleanSession()
        && one.keepAliveSeconds() == other.keepAliveSeconds()
        && Arrays.equals(one.clientId(), other.clientId());
  }

  /** This one holds from here on. */
  void begins(SnMessage.Connect asked, long now) {
    last.removeIf(each -> isSame(each.asked, asked));
    last.add(new Past(asked, now));
    if (last.size() > MOST) {
      last.remove();
    }
  }

  /** The one that holds was answered. */
  void answered(long now) {
    Past standing = last.pollLast();
    if (standing != null) {
      last.add(new Past(standing.asked, now));
    }
  }

  /** Whether this can be a copy of the one that holds. */
  boolean mayBeStanding(SnMessage.Connect asked, long now) {
    Past standing = last.peekLast();
    return standing != null && isSame(standing.asked, asked) && isRecent(standing, now);
  }

  /**
   * Whether this is a copy of one that another has taken the place of. Who means it is not
   * answered, asks again after T_retry, and is heard.
   */
  boolean isOvertaken(SnMessage.Connect asked, long now) {
    return last.stream()
        .anyMatch(
            each -> each != last.peekLast() && isSame(each.asked, asked) && isRecent(each, now));
  }

  private boolean isRecent(Past each, long now) {
    return now - each.atMillis < copiesMillis;
  }
}
