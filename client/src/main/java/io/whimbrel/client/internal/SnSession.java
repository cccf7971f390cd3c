package io.whimbrel.client.internal;

import io.whimbrel.client.internal.SnConnection.Aim;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnTopic;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of MQTT-SN 1.2 as a plain object: it is told what comes, what is wanted and what time it
 * is, and does no I/O. Valid over one connection after the other. Owned by one thread.
 *
 * <p>Of messages to the gateway one is in flight, and so it is with subscriptions and with changes
 * of the Will (6.13); others wait, so many at most. Whatever was taken is answered: when it is
 * done, or when its connection ends.
 */
public final class SnSession {
  private static final int ID_MAX = 0xFFFF;

  private final SnPlan plan;
  private final SnOutput output;
  private final SnConnection connection;
  private final SnTopics topics;
  private final SnPublishing publishing;
  private final SnSubscribing subscribing;
  private final SnWilling willing;
  private final SnReceiving receiving;
  private final List<SnLane> lanes;
  private long now;
  private int lastId;

  /**
   * A session that is not connected yet.
   *
   * @param will null for none
   * @param random where message ids begin: an earlier process may have left some unfinished
   */
  public SnSession(
      SnPlan plan,
      @Nullable SnWill will,
      SnOutput output,
      RandomGenerator random,
      SnSessionListener listener) {
    this.plan = plan;
    this.output = output;
    this.topics = new SnTopics(plan.predefined(), plan.topicsMax());
    this.lastId = random.nextInt(ID_MAX);
    this.connection = new SnConnection(this, listener);
    this.publishing = new SnPublishing(this, topics);
    this.subscribing = new SnSubscribing(this, topics);
    this.willing = new SnWilling(this, will);
    this.receiving = new SnReceiving(this, topics, listener);
    this.lanes = List.of(publishing, subscribing, willing);
  }

  // ---------------------------------------------------------------- what is wanted

  /** Connects (6.2, 6.3), or becomes active again (6.14); done at once where it is active. */
  public void connect(SnAnswer answer, long time) {
    now = time;
    connection.wish(Aim.CONNECT, 0, answer);
  }

  /**
   * Falls asleep (6.14), or changes how long it sleeps.
   *
   * @param seconds 1 to 65,535
   */
  public void sleep(int seconds, SnAnswer answer, long time) {
    now = time;
    connection.wish(Aim.SLEEP, seconds, answer);
  }

  /** Asks for the messages that wait, and sleeps on (6.14); done when all have come. */
  public void wake(SnAnswer answer, long time) {
    now = time;
    connection.wish(Aim.WAKE, 0, answer);
  }

  /** Says goodbye (6.12); done at once where nothing is connected. */
  public void disconnect(SnAnswer answer, long time) {
    now = time;
    connection.wish(Aim.LEAVE, 0, answer);
  }

  /** Publishes; one of QoS -1 at once, others in their order. */
  public void publish(SnOutgoing message, long time) {
    now = time;
    if (message.qos() < 0) {
      withoutConnection(message);
    } else if (takes(message.answer())) {
      publishing.publish(message);
    }
  }

  /** QoS -1 (6.8); needs no connection, and is answered by nobody. */
  private void withoutConnection(SnOutgoing message) {
    SnTopic topic = message.name().isNone() ? message.given() : topics.fixed(message.name());
    if (connection.isClosed()) {
      takes(message.answer());
      return;
    }
    if (topic == null) {
      String why = "without a connection there are only pre-defined and short topics";
      message.answer().onFailed(SnFailure.of(SnFailure.Kind.NOT_CONNECTED, why));
      return;
    }
    SnMessage said = message.as(topic, 0, false);
    int size = SnEncoder.size(said);
    if (size > sizeMax()) {
      message.answer().onFailed(SnFailure.tooLarge(said.type(), size, sizeMax()));
    } else {
      send(said);
      message.answer().onDone(0);
    }
  }

  /** Subscribes or unsubscribes (6.9). */
  public void ask(SnRequest request, long time) {
    now = time;
    if (takes(request.answer())) {
      subscribing.ask(request);
    }
  }

  /**
   * Changes the Will (6.4).
   *
   * @param will null for none any more
   */
  public void changeWill(@Nullable SnWill will, SnAnswer answer, long time) {
    now = time;
    if (takes(answer)) {
      willing.change(will, answer);
    }
  }

  private boolean takes(SnAnswer answer) {
    SnFailure refusal = connection.refusal();
    if (refusal != null) {
      answer.onFailed(refusal);
    }
    return refusal == null;
  }

  /** A message that came has been dealt with: acknowledges it, or refuses it. */
  public void handled(SnIncoming message, boolean taken, long time) {
    now = time;
    receiving.handled(message, taken);
  }

  /** Says goodbye without waiting, and gives up everything. */
  public void close(long time) {
    now = time;
    connection.close();
  }

  // ---------------------------------------------------------------- what comes

  /** A message came from the gateway. */
  public void onMessage(SnMessage message, long time) {
    now = time;
    connection.heard(time);
    if (connection.isConnecting()) {
      connection.onAnswer(message);
    } else if (connection.isServed()) {
      serve(message);
    }
    connection.goOn();
  }

  private void serve(SnMessage message) {
    switch (message.type()) {
      case REGISTER -> receiving.onRegister((SnMessage.Register) message);
      case PUBLISH -> receiving.onPublish((SnMessage.Publish) message);
      case PUBREL -> receiving.onPubrel(((SnMessage.Pubrel) message).messageId());
      case REGACK -> publishing.onRegack((SnMessage.Regack) message);
      case PUBACK -> publishing.onPuback((SnMessage.Puback) message);
      case PUBREC -> publishing.onPubrec(((SnMessage.Pubrec) message).messageId());
      case PUBCOMP -> publishing.onPubcomp(((SnMessage.Pubcomp) message).messageId());
      case SUBACK -> subscribing.onSuback((SnMessage.Suback) message);
      case UNSUBACK -> subscribing.onUnsuback(((SnMessage.Unsuback) message).messageId());
      case WILLTOPICRESP -> willing.onTopicResp(((SnMessage.WillTopicResp) message).code());
      case WILLMSGRESP -> willing.onMsgResp(((SnMessage.WillMsgResp) message).code());
      case PINGREQ -> send(new SnMessage.Pingresp());
      case PINGRESP -> connection.onPingresp();
      case DISCONNECT -> connection.onDisconnect();
      default -> {} // nothing for a client that is connected
    }
  }

  /** Nobody is there to hear the datagrams: who connects does not wait for an answer. */
  public void onUnreachable(String why, long time) {
    now = time;
    if (connection.isConnecting()) {
      lost(SnFailure.of(SnFailure.Kind.NO_GATEWAY, why));
      connection.goOn();
    }
  }

  /** What carries the datagrams has failed for good. */
  public void onFailed(String why, long time) {
    now = time;
    if (connection.isBegun()) {
      lost(SnFailure.of(SnFailure.Kind.NO_GATEWAY, why));
      connection.goOn();
    }
  }

  // ---------------------------------------------------------------- time

  /** Time has passed. */
  public void tick(long time) {
    now = time;
    connection.tick(time);
    lanes.forEach(SnLane::tick);
    connection.goOn();
  }

  /** When to call {@link #tick}, {@link Long#MAX_VALUE} for never. */
  public long nextDeadline() {
    long next = connection.deadline();
    for (SnLane lane : lanes) {
      next = Math.min(next, lane.deadline());
    }
    return next;
  }

  // ---------------------------------------------------------------- its parts

  /** A connection begins. */
  void connected(boolean clean) {
    topics.connected(clean);
    receiving.connected(clean);
    lanes.forEach(SnLane::next);
  }

  /** The gateway does not answer. */
  void lost(SnFailure failure) {
    connection.over(failure);
  }

  void giveUp(SnFailure failure) {
    lanes.forEach(lane -> lane.giveUp(failure));
  }

  boolean isIdle() {
    return lanes.stream().allMatch(SnLane::isIdle);
  }

  SnAsking asking() {
    return new SnAsking(plan, this::send);
  }

  void send(SnMessage message) {
    connection.said(now);
    output.send(message);
  }

  int sizeMax() {
    return output.sizeMax();
  }

  SnWilling willing() {
    return willing;
  }

  /** Whether requests may be sent. */
  boolean isOpen() {
    return connection.isOpen();
  }

  /** Whether the gateway has let the client in; also while it sleeps. */
  public boolean isServed() {
    return connection.isServed();
  }

  /** Whether messages can be published; for any thread. */
  public boolean isActive() {
    return connection.isActive();
  }

  int nextMessageId() {
    do {
      lastId = lastId >= ID_MAX ? 1 : lastId + 1;
    } while (lastId == publishing.messageId() || lastId == subscribing.messageId());
    return lastId;
  }

  long now() {
    return now;
  }

  SnPlan plan() {
    return plan;
  }
}
