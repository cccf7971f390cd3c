package io.whimbrel.client.internal;

import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Messages from the gateway (6.6, 6.10). One is acknowledged when it has been dealt with; what
 * comes again meanwhile is not told twice. Of QoS 2 the message id is held until PUBREL, over
 * connections of a session that goes on too: then DUP tells one that is sent again from a new one.
 * Owned by its session.
 */
final class SnReceiving {
  private final SnSession session;
  private final SnTopics topics;
  private final SnSessionListener listener;
  private final Map<Integer, SnIncoming> dealtWith = new HashMap<>();
  private final BitSet held = new BitSet();
  private final BitSet heldBefore = new BitSet();
  private int waiting;
  private int connection;

  SnReceiving(SnSession session, SnTopics topics, SnSessionListener listener) {
    this.session = session;
    this.topics = topics;
    this.listener = listener;
  }

  /** A connection begins; a clean one has no messages of before. */
  void connected(boolean clean) {
    connection++;
    if (clean) {
      dealtWith.clear();
      heldBefore.clear();
    } else {
      heldBefore.or(held);
    }
    held.clear();
  }

  void onRegister(SnMessage.Register asked) {
    TopicName topic = SnTopics.read(asked.topic());
    boolean taken = topic != null && SnTopics.isId(asked.topicId());
    if (taken && topic != null) {
      topics.learn(asked.topicId(), topic);
    }
    SnReturnCode code = taken ? SnReturnCode.ACCEPTED : SnReturnCode.NOT_SUPPORTED;
    session.send(new SnMessage.Regack(asked.topicId(), asked.messageId(), code));
  }

  void onPublish(SnMessage.Publish said) {
    TopicName topic = topics.name(said.topic());
    if (topic == null) {
      answer(said, SnReturnCode.INVALID_TOPIC_ID); // whatever the QoS
    } else if (said.qos() > 0 && isHeld(said)) {
      session.send(new SnMessage.Pubrec(said.messageId()));
    } else if (said.qos() >= 0 && !isDealtWith(said)) {
      take(topic, said);
    }
  }

  private boolean isHeld(SnMessage.Publish said) {
    int id = said.messageId();
    if (said.qos() != 2) {
      return false;
    }
    if (!said.dup()) {
      heldBefore.clear(id); // another message has its id now
    }
    return held.get(id) || heldBefore.get(id);
  }

  private boolean isDealtWith(SnMessage.Publish said) {
    SnIncoming same = said.qos() == 0 ? null : dealtWith.get(said.messageId());
    return same != null && (said.dup() || same.connection() == connection);
  }

  private void take(TopicName topic, SnMessage.Publish said) {
    if (waiting >= session.plan().queueMax()) {
      if (said.qos() == 0) {
        listener.onDropped();
      } else {
        answer(said, SnReturnCode.CONGESTION); // it comes again
      }
      return;
    }
    SnIncoming message = new SnIncoming(topic, said, connection);
    if (said.qos() > 0) {
      dealtWith.put(said.messageId(), message);
    }
    waiting++;
    listener.onMessage(message);
  }

  private void answer(SnMessage.Publish said, SnReturnCode code) {
    session.send(new SnMessage.Puback(said.topic().value(), said.messageId(), code));
  }

  /** A message has been dealt with, or could not be; it may be of an earlier connection. */
  void handled(SnIncoming message, boolean taken) {
    waiting--;
    SnMessage.Publish said = message.publish();
    if (said.qos() == 0 || !dealtWith.remove(said.messageId(), message)) {
      return;
    }
    if (taken && said.qos() == 2) {
      (message.connection() == connection ? held : heldBefore).set(said.messageId());
    }
    if (message.connection() != connection || !session.isServed()) {
      return; // it comes again
    }
    if (!taken) {
      answer(said, SnReturnCode.NOT_SUPPORTED);
    } else if (said.qos() == 1) {
      answer(said, SnReturnCode.ACCEPTED);
    } else {
      session.send(new SnMessage.Pubrec(said.messageId()));
    }
  }

  void onPubrel(int messageId) {
    held.clear(messageId);
    heldBefore.clear(messageId);
    session.send(new SnMessage.Pubcomp(messageId));
  }
}
