package io.whimbrel.sn;

import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMessage;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What a device asked for lately, and what it was answered. A network may double a datagram and
 * bring the copy when all is over; a copy is given the same answer, and does nothing again.
 *
 * <p>A copy has the message id of what it is a copy of, and says the same. A new request may use
 * the id again as soon as it says something else; one that says the same counts as a copy until
 * T_retry has passed since its exchange ended, as no network whose answers are waited for so long
 * keeps a datagram longer. DUP tells nothing: of a message that was sent twice the first may be
 * lost, and the first may come last.
 *
 * <p>With QoS 2 each copy is known. All else is done at least once, and may be done again while
 * nothing was done since: a device that has one id for all it says loses nothing. A copy that
 * another request has overtaken would undo what that did (a retained message, a subscription), and
 * is known as well.
 *
 * <p>Valid for the session, the last {@value #MOST} of it. Owned by the device's shard.
 */
final class Answered {
  private static final int MOST = 32;

  private final long copiesMillis;
  private final ArrayDeque<Exchange> last = new ArrayDeque<>(0);

  /**
   * One exchange.
   *
   * @param open of QoS 2, whether PUBREL has not come yet: then it is not over
   */
  private record Exchange(int id, long content, SnMessage answer, boolean open, long atMillis) {}

  /**
   * @param copiesMillis how long after the end of an exchange copies of it come
   */
  Answered(long copiesMillis) {
    this.copiesMillis = copiesMillis;
  }

  /** What a request says, as a number that others do not have: FNV-1a of all of it but DUP. */
  static long content(SnMessage asked) {
    long hash = 0xCBF29CE484222325L;
    for (byte each : SnEncoder.bytes(withoutDup(asked))) {
      hash = (hash ^ (each & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  private static SnMessage withoutDup(SnMessage asked) {
    if (asked instanceof SnMessage.Publish p) {
      return new SnMessage.Publish(
          false, p.qos(), p.retain(), p.topic(), p.messageId(), p.payload());
    }
    return asked instanceof SnMessage.Subscribe s
        ? new SnMessage.Subscribe(false, s.qos(), s.messageId(), s.topic(), s.filter())
        : asked;
  }

  /** A request was done, and answered. */
  void done(int id, long content, SnMessage answer, long now) {
    add(new Exchange(id, content, answer, false, now));
  }

  /** A message of QoS 2 was taken: its exchange goes on until PUBREL. */
  void taken(int id, long content, SnMessage pubrec, long now) {
    add(new Exchange(id, content, pubrec, true, now));
  }

  private void add(Exchange next) {
    last.removeIf(each -> isSame(each, next.id, next.content) || isPast(each, next.atMillis));
    last.add(next);
    if (last.size() > MOST) {
      last.remove();
    }
  }

  /** PUBREL came: what uses this id from here on may be another message. */
  void released(int id, long now) {
    for (Exchange each : last) {
      if (each.id == id && each.open) {
        last.remove(each);
        last.add(new Exchange(id, each.content, each.answer, false, now));
        return;
      }
    }
  }

  /** Whether the device has begun another message of QoS 2 by this id, and not ended it. */
  boolean isTaken(int id, long content) {
    return last.stream().anyMatch(each -> each.open && each.id == id && each.content != content);
  }

  /**
   * What a copy is answered; null where it is none, or may be done again.
   *
   * @param once whether it may not, even if nothing was done since
   */
  @Nullable SnMessage answerTo(int id, long content, boolean once, long now) {
    for (Iterator<Exchange> all = last.iterator(); all.hasNext(); ) {
      Exchange each = all.next();
      if (isSame(each, id, content) && !isPast(each, now)) {
        return once || all.hasNext() ? each.answer : null;
      }
    }
    return null;
  }

  private static boolean isSame(Exchange each, int id, long content) {
    return each.id == id && each.content == content;
  }

  private boolean isPast(Exchange each, long now) {
    return !each.open && now - each.atMillis >= copiesMillis;
  }

  /** A session that begins anew knows nothing of the one before. */
  void clear() {
    last.clear();
  }
}
