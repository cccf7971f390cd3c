package io.whimbrel.sn;

import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnTopic;
import io.whimbrel.core.routing.Publication;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Messages to a device: one at a time, as small devices want it, and in their order. A topic that
 * it does not know is registered first (6.10). Owned by the device's shard.
 *
 * <pre>
 * FREE ──unknown topic──► REGISTERED ──REGACK──► PUBLISHED
 * FREE ──known topic──► PUBLISHED ──PUBACK──► FREE
 *                       PUBLISHED ──PUBREC──► RECEIVED ──PUBREL──► RELEASED ──PUBCOMP──► FREE
 * </pre>
 */
final class Downlink {
  private enum Stage {
    FREE,
    REGISTERED,
    PUBLISHED,
    RECEIVED,
    RELEASED
  }

  /** A message on its way. */
  private record Message(
      TopicName topic, byte[] payload, Qos qos, boolean dup, boolean retain, int packetId) {
    SnMessage.Publish to(SnTopic id, boolean again) {
      return new SnMessage.Publish(again, qos.ordinal(), retain, id, packetId, payload);
    }
  }

  private final SnDevice device;
  private final TopicIds topics;
  private final Asking asking;
  private final ArrayDeque<Integer> releases = new ArrayDeque<>(0);
  private Stage stage = Stage.FREE;
  private @Nullable Message message;
  private boolean corrected;
  private int topicId;
  private int registerId;
  private int releasedId;

  Downlink(SnDevice device, TopicIds topics) {
    this.device = device;
    this.topics = topics;
    this.asking = new Asking(device);
  }

  /** Whether another message may come. */
  boolean isFree() {
    return stage == Stage.FREE;
  }

  /**
   * Takes a message; see {@link io.whimbrel.core.port.PacketOutput#publish}. False where no
   * datagram of the link holds it, or the device has no room for its topic.
   */
  boolean publish(Publication publication, Qos qos, boolean dup, boolean retain, int packetId) {
    Message next =
        new Message(publication.topic(), publication.payload(), qos, dup, retain, packetId);
    if (SnEncoder.size(next.to(SnTopic.NONE, false)) > device.sizeMax()) {
      device.dropped("it is larger than a datagram");
      return false;
    }
    SnTopic known = topics.known(next.topic());
    if (known == null && !mayRegister(next.topic())) {
      return false;
    }
    message = next;
    corrected = false;
    if (known == null) {
      register(next);
    } else {
      send(next, known);
    }
    return true;
  }

  private boolean mayRegister(TopicName topic) {
    if (SnEncoder.size(new SnMessage.Register(0, 0, topic.utf8())) > device.sizeMax()) {
      device.dropped("the name of its topic is larger than a datagram");
      return false;
    }
    if (topics.register(topic, false) == 0) {
      device.dropped("the device has as many topic ids as it may");
      return false;
    }
    return true;
  }

  private void register(Message next) {
    stage = Stage.REGISTERED;
    topicId = topics.register(next.topic(), false);
    registerId = topics.nextRegister();
    SnMessage asked = new SnMessage.Register(topicId, registerId, next.topic().utf8());
    asking.ask(asked, asked);
  }

  private void send(Message next, SnTopic id) {
    topicId = id.value();
    if (next.qos() == Qos.AT_MOST_ONCE) {
      device.send(next.to(id, false));
      free();
      return;
    }
    stage = Stage.PUBLISHED;
    asking.ask(next.to(id, next.dup()), next.to(id, true));
  }

  // ---------------------------------------------------------------- answers

  /** REGACK came (6.10). */
  void onRegack(SnMessage.Regack answer) {
    Message waiting = message;
    boolean awaited = stage == Stage.REGISTERED && answer.messageId() == registerId;
    if (!awaited || waiting == null || asking.isPaused()) {
      return; // who sleeps is asked again when it wakes up
    }
    asking.answered();
    if (answer.code() != SnReturnCode.ACCEPTED) {
      topics.forget(topicId);
      refuse(waiting, "the device refused its topic: " + answer.code());
      return;
    }
    topics.confirm(topicId);
    send(waiting, SnTopic.normal(topicId));
    if (isFree()) {
      device.takesMore();
    }
  }

  /** PUBACK came: the end of QoS 1, or a refusal of any (5.4.13). */
  void onPuback(SnMessage.Puback answer) {
    Message waiting = message;
    boolean asked = stage == Stage.PUBLISHED && waiting != null;
    if (!asked || waiting == null || answer.messageId() != waiting.packetId()) {
      if (answer.code() == SnReturnCode.INVALID_TOPIC_ID) {
        topics.forget(answer.topicId()); // of a message of QoS 0: the next is registered again
      }
      return;
    }
    switch (answer.code()) {
      case CONGESTION -> {} // it is asked again after T_retry
      case INVALID_TOPIC_ID -> correct(waiting, answer.topicId());
      case ACCEPTED -> {
        if (waiting.qos() == Qos.AT_LEAST_ONCE) {
          asking.answered();
          free();
          device.toBroker(new Puback(waiting.packetId(), ReasonCode.SUCCESS));
          device.takesMore();
        }
      }
      case NOT_SUPPORTED -> {
        asking.answered();
        refuse(waiting, "the device refused it");
      }
    }
  }

  /** The device has lost the id: it is told once more (6.10). */
  private void correct(Message waiting, int refused) {
    if (refused != topicId && refused != 0) {
      return; // a copy of a refusal before, of an id that it had then
    }
    asking.answered();
    if (isNormal(topics.known(waiting.topic()))) {
      topics.forget(topicId);
    }
    SnTopic known = topics.known(waiting.topic()); // by now it may have asked for another
    if (corrected || (known != null && !isNormal(known))) {
      refuse(waiting, "the device does not know its topic");
    } else if (known != null) {
      send(waiting, known);
    } else if (mayRegister(waiting.topic())) {
      corrected = true;
      register(waiting);
    } else {
      giveUp(waiting);
    }
  }

  private static boolean isNormal(@Nullable SnTopic known) {
    return known != null && known.kind() == SnTopic.Kind.NORMAL;
  }

  private void refuse(Message waiting, String why) {
    device.dropped(why);
    giveUp(waiting);
  }

  private void giveUp(Message waiting) {
    free();
    switch (waiting.qos()) {
      case AT_MOST_ONCE -> {}
      case AT_LEAST_ONCE ->
          device.toBroker(new Puback(waiting.packetId(), ReasonCode.UNSPECIFIED_ERROR));
      case EXACTLY_ONCE ->
          device.toBroker(new Pubrec(waiting.packetId(), ReasonCode.UNSPECIFIED_ERROR));
    }
    device.takesMore();
  }

  /** PUBREC came: of what waits for it, or of what only the broker knows. */
  void onPubrec(int packetId) {
    Message waiting = message;
    if (stage == Stage.PUBLISHED
        && waiting != null
        && waiting.packetId() == packetId
        && waiting.qos() == Qos.EXACTLY_ONCE) {
      asking.answered();
      stage = Stage.RECEIVED;
      releasedId = packetId;
      message = null;
    } else if (releasedId == packetId && (stage == Stage.RECEIVED || stage == Stage.RELEASED)) {
      return; // it crossed PUBREL
    }
    device.toBroker(new Pubrec(packetId, ReasonCode.SUCCESS));
  }

  /** The broker says PUBREL, also of what an earlier connection had begun. */
  void onPubrel(Pubrel said) {
    int packetId = said.packetId();
    boolean awaited = stage == Stage.RECEIVED && releasedId == packetId;
    if (awaited || (stage == Stage.FREE && !said.reason().isError())) {
      release(packetId);
    } else if (!said.reason().isError()) {
      releases.add(packetId); // as many as the broker has in flight
    } else if (!asking.isPaused()) {
      device.send(new SnMessage.Pubrel(packetId)); // PUBREC came late: nothing is waited for
    }
  }

  private void release(int packetId) {
    stage = Stage.RELEASED;
    releasedId = packetId;
    SnMessage asked = new SnMessage.Pubrel(packetId);
    asking.ask(asked, asked);
  }

  /** PUBCOMP came. */
  void onPubcomp(int packetId) {
    if (stage == Stage.RELEASED && releasedId == packetId) {
      asking.answered();
      free();
    }
    device.toBroker(new Pubcomp(packetId, ReasonCode.SUCCESS));
    device.takesMore();
  }

  private void free() {
    stage = Stage.FREE;
    message = null;
    Integer next = releases.poll();
    if (next != null) {
      release(next);
    }
  }

  // ---------------------------------------------------------------- sleep

  /** Nothing is sent from here on. */
  void pause() {
    asking.pause();
  }

  /** The device may have been switched on again, and lost its ids once more. */
  void goOn() {
    corrected = false;
  }

  /** What was on its way is sent again. */
  void resume() {
    asking.resume();
  }
}
