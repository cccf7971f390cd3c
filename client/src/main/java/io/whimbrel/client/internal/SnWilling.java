package io.whimbrel.client.internal;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnType;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The Will: what the gateway asks for when the client connects (6.3), and changes, whose two parts
 * are told one after the other (6.4). Each CONNECT tells it anew. Owned by its session.
 */
final class SnWilling implements SnLane {
  private static final int CHANGES_MAX = 16;
  private static final byte[] NOTHING = {};

  /** Another Will; null for none any more. */
  private record Change(@Nullable SnWill will, SnAnswer answer) {}

  private final SnSession session;
  private final SnAsking asking;
  private final ArrayDeque<Change> queue = new ArrayDeque<>();
  private @Nullable Change current;
  private @Nullable SnWill will;

  SnWilling(SnSession session, @Nullable SnWill will) {
    this.session = session;
    this.will = will;
    this.asking = session.asking();
  }

  boolean isThere() {
    return will != null;
  }

  /** What WILLTOPICREQ is answered. */
  SnMessage topic() {
    SnWill told = will;
    return told == null
        ? new SnMessage.WillTopic(0, false, NOTHING)
        : new SnMessage.WillTopic(told.qos(), told.retain(), told.topic().utf8());
  }

  /** What WILLMSGREQ is answered. */
  SnMessage message() {
    SnWill told = will;
    return new SnMessage.WillMsg(told == null ? NOTHING : told.payload());
  }

  void change(@Nullable SnWill wanted, SnAnswer answer) {
    if (queue.size() >= CHANGES_MAX) {
      answer.onFailed(SnFailure.full(CHANGES_MAX));
      return;
    }
    queue.add(new Change(wanted, answer));
    next();
  }

  @Override
  public void next() {
    if (current != null || !session.isOpen()) {
      return;
    }
    Change next = queue.poll();
    current = next;
    if (next != null) {
      SnWill wanted = next.will;
      SnMessage asked =
          wanted == null
              ? new SnMessage.WillTopicUpd(0, false, NOTHING)
              : new SnMessage.WillTopicUpd(wanted.qos(), wanted.retain(), wanted.topic().utf8());
      asking.ask(asked, asked, session.now());
    }
  }

  void onTopicResp(SnReturnCode code) {
    Change waiting = current;
    if (waiting == null || asking.asked() != SnType.WILLTOPICUPD) {
      return;
    }
    SnWill wanted = waiting.will;
    if (code == SnReturnCode.ACCEPTED && wanted != null) {
      SnMessage asked = new SnMessage.WillMsgUpd(wanted.payload());
      asking.ask(asked, asked, session.now());
    } else {
      answered(waiting, SnType.WILLTOPICUPD, code);
    }
  }

  void onMsgResp(SnReturnCode code) {
    Change waiting = current;
    if (waiting != null && asking.asked() == SnType.WILLMSGUPD) {
      answered(waiting, SnType.WILLMSGUPD, code);
    }
  }

  private void answered(Change waiting, SnType what, SnReturnCode code) {
    if (code == SnReturnCode.CONGESTION) {
      asking.congested(session.now());
      return;
    }
    asking.answered();
    current = null;
    if (code == SnReturnCode.ACCEPTED) {
      will = waiting.will;
      waiting.answer.onDone(0);
    } else {
      waiting.answer.onFailed(SnFailure.refused(what, code));
    }
    next();
  }

  @Override
  public void tick() {
    SnFailure failure = asking.tick(session.now());
    Change waiting = current;
    if (failure == null || waiting == null) {
      return;
    }
    if (failure.kind() == SnFailure.Kind.REFUSED) {
      asking.answered();
      current = null;
      waiting.answer.onFailed(failure);
      next();
    } else {
      session.lost(failure);
    }
  }

  @Override
  public long deadline() {
    return asking.deadline();
  }

  @Override
  public boolean isIdle() {
    return current == null && queue.isEmpty();
  }

  @Override
  public void giveUp(SnFailure failure) {
    asking.answered();
    Change ended = current;
    current = null;
    if (ended != null) {
      ended.answer.onFailed(failure);
    }
    for (Change next = queue.poll(); next != null; next = queue.poll()) {
      next.answer.onFailed(failure);
    }
  }
}
