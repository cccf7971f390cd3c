package io.whimbrel.sn;

import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnTopic;
import java.util.ArrayDeque;
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
 * nothing was done since. A copy that another request has overtaken would undo what that did, of a
 * retained message or a subscription, and is known as well; and so is a PUBLISH of QoS 1 with DUP.
 * Without DUP and RETAIN that is done again: a device that has one id for all it says, and says by
 * it 1, 0 and 1, means three.
 *
 * <p>Valid for the session, the last {@value #MOST} of it. Owned by the device's shard.
 */
final class Answered {
  private static final int MOST = 32;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private final long copiesMillis;
  private final ArrayDeque<Exchange> last = new ArrayDeque<>(0);

  /** One exchange. */
  private static final class Exchange {
    private final int id;
    private final long content;
    private final SnMessage answer;
    private final boolean exactlyOnce;

    /**
     * Of QoS 2 when PUBREL came; else when the device had its answer, and so asked for something
     * else. From then on it sends no more of it.
     */
    private long overMillis = Long.MAX_VALUE;

    private Exchange(int id, long content, SnMessage answer, boolean exactlyOnce) {
      this.id = id;
      this.content = content;
      this.answer = answer;
      this.exactlyOnce = exactlyOnce;
    }

    private boolean isOver() {
      return overMillis < Long.MAX_VALUE;
    }
  }

  /**
   * @param copiesMillis how long after the end of an exchange copies of it come
   */
  Answered(long copiesMillis) {
    this.copiesMillis = copiesMillis;
  }

  /**
   * What a message says, as a number that others do not have: FNV-1a of all of it but DUP, with the
   * name of its topic instead of an id, which may be another by the time it is sent again.
   */
  static long content(SnMessage.Publish said, TopicName topic) {
    SnMessage bare =
        new SnMessage.Publish(
            false, said.qos(), said.retain(), SnTopic.NONE, said.messageId(), said.payload());
    return hash(hash(FNV_OFFSET, SnEncoder.bytes(bare)), topic.utf8());
  }

  /** The same of SUBSCRIBE. */
  static long content(SnMessage.Subscribe s) {
    return hash(
        FNV_OFFSET,
        SnEncoder.bytes(
            new SnMessage.Subscribe(false, s.qos(), s.messageId(), s.topic(), s.filter())));
  }

  /** The same of UNSUBSCRIBE. */
  static long content(SnMessage.Unsubscribe asked) {
    return hash(FNV_OFFSET, SnEncoder.bytes(asked));
  }

  private static long hash(long before, byte[] bytes) {
    long hash = before;
    for (byte each : bytes) {
      hash = (hash ^ (each & 0xFF)) * FNV_PRIME;
    }
    return hash;
  }

  /** A request was done, and answered. */
  void done(int id, long content, SnMessage answer, long now) {
    add(new Exchange(id, content, answer, false), now);
  }

  /** A message of QoS 2 was taken: its exchange goes on until PUBREL. */
  void taken(int id, long content, SnMessage pubrec, long now) {
    add(new Exchange(id, content, pubrec, true), now);
  }

  private void add(Exchange next, long now) {
    last.removeIf(each -> isSame(each, next.id, next.content) || isPast(each, now));
    last.add(next);
    if (last.size() > MOST) {
      last.remove();
    }
  }

  /** The device asks for something else: it has had its answers. */
  void overtaken(long now) {
    for (Exchange each : last) {
      if (!each.exactlyOnce && !each.isOver()) {
        each.overMillis = now;
      }
    }
  }

  /** PUBREL came: what uses this id from here on may be another message. */
  void released(int id, long now) {
    for (Exchange each : last) {
      if (each.id == id && each.exactlyOnce && !each.isOver()) {
        each.overMillis = now;
      }
    }
  }

  /** Whether the device has begun another message of QoS 2 by this id, and not ended it. */
  boolean isTaken(int id, long content) {
    return last.stream()
        .anyMatch(
            each -> each.id == id && each.content != content && each.exactlyOnce && !each.isOver());
  }

  /**
   * What a copy is answered; null where it is none, or may be done again.
   *
   * @param once whether it may not, even if nothing was done since
   */
  @Nullable SnMessage answerTo(int id, long content, boolean once, long now) {
    for (Exchange each : last) {
      if (isSame(each, id, content) && !isPast(each, now)) {
        return once || each.isOver() ? each.answer : null;
      }
    }
    return null;
  }

  private static boolean isSame(Exchange each, int id, long content) {
    return each.id == id && each.content == content;
  }

  private boolean isPast(Exchange each, long now) {
    return each.isOver() && now - each.overMillis >= copiesMillis;
  }

  /** A session that begins anew knows nothing of the one before. */
  void clear() {
    last.clear();
  }
}
