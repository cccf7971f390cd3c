package io.whimbrel.client.internal;

import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnTopic;
import io.whimbrel.codec.sn.SnType;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Messages to the gateway, in their order and one at a time (6.13). A topic without an id is
 * registered first (6.5); where the gateway has lost its id, that is done once more (6.6). Owned by
 * its session.
 *
 * <pre>
 * FREE ──no id──► REGISTERED ──REGACK──► PUBLISHED
 * FREE ──an id──► PUBLISHED ──PUBACK──► FREE, of QoS 0 at once
 *                 PUBLISHED ──PUBACK 0x02──► REGISTERED, once
 *                 PUBLISHED ──PUBREC──► RELEASED ──PUBCOMP──► FREE
 * </pre>
 */
final class SnPublishing implements SnLane {
  private enum Stage {
    FREE,
    REGISTERED,
    PUBLISHED,
    RELEASED
  }

  private final SnSession session;
  private final SnTopics topics;
  private final SnAsking asking;
  private final ArrayDeque<SnOutgoing> queue = new ArrayDeque<>();

  // Valid for the message in flight.
  private Stage stage = Stage.FREE;
  private @Nullable SnOutgoing current;
  private int messageId;
  private boolean corrected;

  SnPublishing(SnSession session, SnTopics topics) {
    this.session = session;
    this.topics = topics;
    this.asking = session.asking();
  }

  void publish(SnOutgoing message) {
    int max = session.plan().queueMax();
    if (queue.size() >= max) {
      message.answer().onFailed(SnFailure.full(max));
      return;
    }
    queue.add(message);
    next();
  }

  @Override
  public void next() {
    while (stage == Stage.FREE && session.isOpen()) {
      SnOutgoing next = queue.poll();
      if (next == null) {
        return;
      }
      current = next;
      corrected = false;
      begin(next);
    }
  }

  private void begin(SnOutgoing next) {
    SnTopic known = next.name().isNone() ? next.given() : topics.known(next.name());
    if (known == null) {
      register(next);
    } else {
      send(next, known);
    }
  }

  private void register(SnOutgoing next) {
    messageId = session.nextMessageId();
    SnMessage asked = new SnMessage.Register(0, messageId, next.name().utf8());
    if (fits(asked)) {
      stage = Stage.REGISTERED;
      asking.ask(asked, asked, session.now());
    }
  }

  private void send(SnOutgoing next, SnTopic topic) {
    messageId = next.qos() == 0 ? 0 : session.nextMessageId();
    SnMessage.Publish first = next.as(topic, messageId, false);
    if (!fits(first)) {
      return;
    }
    if (next.qos() == 0) {
      session.send(first);
      done();
      return;
    }
    stage = Stage.PUBLISHED;
    asking.ask(first, next.as(topic, messageId, true), session.now());
  }

  private boolean fits(SnMessage message) {
    int size = SnEncoder.size(message);
    int max = session.sizeMax();
    if (size > max) {
      fail(SnFailure.tooLarge(message.type(), size, max));
    }
    return size <= max;
  }

  // ---------------------------------------------------------------- answers

  void onRegack(SnMessage.Regack answer) {
    SnOutgoing waiting = current;
    if (stage != Stage.REGISTERED || answer.messageId() != messageId || waiting == null) {
      return;
    }
    switch (answer.code()) {
      case CONGESTION -> asking.congested(session.now());
      case INVALID_TOPIC_ID, NOT_SUPPORTED -> refused(SnType.REGISTER, answer.code());
      case ACCEPTED -> {
        if (!SnTopics.isId(answer.topicId())) {
          refused(SnType.REGISTER, SnReturnCode.INVALID_TOPIC_ID);
          return;
        }
        topics.learn(answer.topicId(), waiting.name());
        asking.answered();
        send(waiting, SnTopic.normal(answer.topicId()));
        next();
      }
    }
  }

  /** PUBACK came: the end of QoS 1, or a refusal of any (5.4.13). */
  void onPuback(SnMessage.Puback answer) {
    SnOutgoing waiting = current;
    if (stage != Stage.PUBLISHED || answer.messageId() != messageId || waiting == null) {
      if (answer.code() == SnReturnCode.INVALID_TOPIC_ID) {
        topics.forget(answer.topicId()); // of a message of QoS 0: the next is registered again
      }
      return;
    }
    switch (answer.code()) {
      case CONGESTION -> asking.congested(session.now());
      case INVALID_TOPIC_ID -> correct(waiting);
      case NOT_SUPPORTED -> refused(SnType.PUBLISH, answer.code());
      case ACCEPTED -> {
        if (waiting.qos() == 1) {
          done();
          next();
        }
      }
    }
  }

  /** The gateway has lost the id, which it is asked for once more. */
  private void correct(SnOutgoing waiting) {
    SnTopic known = waiting.name().isNone() ? null : topics.known(waiting.name());
    if (corrected || known == null || known.kind() != SnTopic.Kind.NORMAL) {
      refused(SnType.PUBLISH, SnReturnCode.INVALID_TOPIC_ID);
      return;
    }
    topics.forget(known.value());
    corrected = true;
    asking.answered();
    register(waiting);
    next();
  }

  void onPubrec(int id) {
    if (stage == Stage.PUBLISHED && id == messageId && current != null && current.qos() == 2) {
      stage = Stage.RELEASED;
      SnMessage asked = new SnMessage.Pubrel(id);
      asking.ask(asked, asked, session.now());
    } else if (stage != Stage.RELEASED || id != messageId) {
      session.send(new SnMessage.Pubrel(id)); // of a message that was given up: let go of it
    }
  }

  void onPubcomp(int id) {
    if (stage == Stage.RELEASED && id == messageId) {
      done();
      next();
    }
  }

  // ---------------------------------------------------------------- ends

  private void refused(SnType what, SnReturnCode code) {
    fail(SnFailure.refused(what, code));
    next();
  }

  private void done() {
    SnOutgoing ended = free();
    if (ended != null) {
      ended.answer().onDone(0);
    }
  }

  private void fail(SnFailure failure) {
    SnOutgoing ended = free();
    if (ended != null) {
      ended.answer().onFailed(failure);
    }
  }

  private @Nullable SnOutgoing free() {
    SnOutgoing ended = current;
    current = null;
    stage = Stage.FREE;
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
    for (SnOutgoing next = queue.poll(); next != null; next = queue.poll()) {
      next.answer().onFailed(failure);
    }
  }

  /** The message id in flight; 0 for none. */
  int messageId() {
    return stage == Stage.FREE ? 0 : messageId;
  }
}
