package io.whimbrel.client.internal;

import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnType;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE and UNSUBSCRIBE, one of both at a time (6.9, 6.13). Owned by its session.
 *
 * <p>UNSUBACK has no return code: it says that there is no such subscription any more.
 */
final class SnSubscribing implements SnLane {
  private final SnSession session;
  private final SnTopics topics;
  private final SnAsking asking;
  private final ArrayDeque<SnRequest> queue = new ArrayDeque<>();
  private @Nullable SnRequest current;
  private int messageId;

  SnSubscribing(SnSession session, SnTopics topics) {
    this.session = session;
    this.topics = topics;
    this.asking = session.asking();
  }

  void ask(SnRequest request) {
    int max = session.plan().queueMax();
    if (queue.size() >= max) {
      request.answer().onFailed(SnFailure.full(max));
      return;
    }
    queue.add(request);
    next();
  }

  @Override
  public void next() {
    while (current == null && session.isOpen()) {
      SnRequest next = queue.poll();
      if (next == null) {
        return;
      }
      current = next;
      messageId = session.nextMessageId();
      SnMessage first = next.message(topics, messageId, false);
      int size = SnEncoder.size(first);
      if (size > session.sizeMax()) {
        fail(SnFailure.tooLarge(first.type(), size, session.sizeMax()));
      } else {
        asking.ask(first, next.message(topics, messageId, true), session.now());
      }
    }
  }

  void onSuback(SnMessage.Suback answer) {
    SnRequest waiting = current;
    if (waiting == null || !waiting.subscribes() || answer.messageId() != messageId) {
      return;
    }
    if (answer.code() == SnReturnCode.CONGESTION) {
      asking.congested(session.now());
      return;
    }
    if (answer.code() == SnReturnCode.ACCEPTED) {
      TopicName topic = waiting.topic();
      boolean named = !topic.isNone() && topics.fixed(topic) == null;
      if (named && SnTopics.isId(answer.topicId())) {
        topics.learn(answer.topicId(), topic);
      }
      done(answer.qos());
    } else {
      fail(SnFailure.refused(SnType.SUBSCRIBE, answer.code()));
    }
    next();
  }

  void onUnsuback(int id) {
    SnRequest waiting = current;
    if (waiting != null && !waiting.subscribes() && id == messageId) {
      done(0);
      next();
    }
  }

  private void done(int qos) {
    SnRequest ended = free();
    if (ended != null) {
      ended.answer().onDone(qos);
    }
  }

  private void fail(SnFailure failure) {
    SnRequest ended = free();
    if (ended != null) {
      ended.answer().onFailed(failure);
    }
  }

  private @Nullable SnRequest free() {
    SnRequest ended = current;
    current = null;
    asking.answered();
    return ended;
  }

  @Override
  public void tick() {
    SnFailure failure = asking.tick(session.now());
    if (failure == null) {
      return;
    }
    if (failure.kind() == SnFailure.Kind.REFUSED) {
      fail(failure);
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
    fail(failure);
    for (SnRequest next = queue.poll(); next != null; next = queue.poll()) {
      next.answer().onFailed(failure);
    }
  }

  /** The message id in flight; 0 for none. */
  int messageId() {
    return current == null ? 0 : messageId;
  }
}
