package io.whimbrel.sn;

import io.whimbrel.codec.sn.SnMessage;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The CONNECT of a device that holds, and those it took the place of lately. CONNECT has no message
 * id: that one is a copy, which a network brings late, is told by what it says, and by no copy
 * coming later than T_retry. Where a sleeper's may be either, it is believed, and doubted until the
 * device says something else. Owned by the device's shard.
 */
final class Connects {
  private static final int MOST = 4;

  private final long copiesMillis;
  private final ArrayDeque<Past> last = new ArrayDeque<>(1);
  private boolean fresh; // nothing came since CONNACK
  private boolean doubted; // the device slept when it came
  private long doubtedMillis;

  private record Past(SnMessage.Connect asked, long atMillis) {}

  /**
   * @param copiesMillis how long copies come that are not sent any more
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

  /** This one holds from here on; the one before is not sent any more. */
  void begins(SnMessage.Connect asked, long now) {
    doubted = false;
    answered(now);
    last.removeIf(each -> isSame(each.asked, asked));
    last.add(new Past(asked, now));
    if (last.size() > MOST) {
      last.remove();
    }
  }

  /** CONNACK was sent. */
  void accepted() {
    fresh = true;
  }

  /** Whether nothing came since CONNACK. */
  boolean isFresh() {
    return fresh;
  }

  /** Something else came: it has had CONNACK, and does not send its CONNECT any more. */
  void heard(SnMessage message, long now) {
    if (fresh) {
      fresh = false;
      answered(now);
    }
    if (doubted && now - doubtedMillis >= copiesMillis && !isWakingUp(message)) {
      doubted = false; // no copy comes so late: it does not sleep
    }
  }

  /** Who sleeps says who it is (5.4.19). */
  static boolean isWakingUp(SnMessage message) {
    return message instanceof SnMessage.Pingreq asked && asked.clientId().length > 0;
  }

  private void answered(long now) {
    Past standing = last.pollLast();
    if (standing != null) {
      last.add(new Past(standing.asked, now));
    }
  }

  /** Whether another one that says what the one that holds says can be a copy of it. */
  boolean mayBeCopy(long now) {
    Past standing = last.peekLast();
    return fresh || (standing != null && isRecent(standing, now));
  }

  /** One came while the device slept, and may be a copy. */
  void doubt(long now) {
    doubted = true;
    doubtedMillis = now;
  }

  /** Whether the device may sleep all the time. */
  boolean isDoubted() {
    return doubted;
  }

  /** It does. */
  void sleeps() {
    doubted = false;
  }

  /**
   * Whether this is a copy of one that another has taken the place of. Who means it is not
   * answered, asks again after T_retry, and is heard.
   */
  boolean isOvertaken(SnMessage.Connect asked, long now) {
    return last.stream()
        .limit(Math.max(0, last.size() - 1)) // but the one that holds
        .anyMatch(each -> isSame(each.asked, asked) && isRecent(each, now));
  }

  private boolean isRecent(Past each, long now) {
    return now - each.atMillis < copiesMillis;
  }
}
