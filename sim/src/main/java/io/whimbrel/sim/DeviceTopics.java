package io.whimbrel.sim;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnTopic;
import io.whimbrel.codec.sn.SnType;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a device asks of the gateway while it is connected: its subscriptions, the ids of its
 * topics, and its messages, one behind the other. Owned by the simulation's thread.
 */
final class DeviceTopics {
  private static final int CONGESTED_MAX = 3;

  private final World world;
  private final DeviceTraits traits;
  private final SnLedger ledger;
  private final DeviceFlash flash;
  private final DeviceEar ear;
  private final DeviceRequest request;
  private final Consumer<SnMessage> radio;
  private final Life.@Nullable Sub[] subs;
  private final boolean[] wanted;
  private final int[] ids; // of requests that were not answered: a repetition says the same
  private Life life;
  private boolean anew = true;
  private int asked; // the subscription that is being asked for
  private int topicId; // of the message that is on its way
  private int congested;

  DeviceTopics(
      World world,
      DeviceTraits traits,
      SnLedger ledger,
      DeviceFlash flash,
      DeviceEar ear,
      DeviceRequest request,
      Consumer<SnMessage> radio) {
    this.world = world;
    this.traits = traits;
    this.ledger = ledger;
    this.flash = flash;
    this.ear = ear;
    this.request = request;
    this.radio = radio;
    this.subs = new Life.Sub[traits.filters().size()];
    this.wanted = new boolean[subs.length];
    this.ids = new int[subs.length];
    Arrays.fill(wanted, true);
    this.life = ledger.begin(traits.id());
  }

  /** Its session begins anew. */
  void begin() {
    life = ledger.begin(traits.id());
    Arrays.fill(subs, null);
    Arrays.fill(ids, 0);
    anew = true;
  }

  /** Whether nothing was subscribed to since. */
  boolean isAnew() {
    return anew;
  }

  void change(int which) {
    wanted[which] = !wanted[which];
  }

  private boolean isThere(int which) {
    Life.Sub sub = subs[which];
    return sub != null && sub.ackedAt >= 0;
  }

  boolean isDone() {
    for (int i = 0; i < subs.length; i++) {
      if (wanted[i] != isThere(i) || (subs[i] != null && subs[i].changingAt >= 0)) {
        return false;
      }
    }
    return flash.out.isEmpty();
  }

  /** Asks for the next thing; false where there is none. */
  boolean next() {
    for (int i = 0; i < subs.length; i++) {
      Life.Sub sub = subs[i];
      if (sub != null && sub.changingAt >= 0) {
        unsubscribe(i, sub); // once more: it was not answered before
        return true;
      }
      if (sub != null && sub.ackedAt < 0) {
        subscribe(i);
        return true;
      }
    }
    for (int i = 0; i < subs.length; i++) {
      Life.Sub sub = subs[i];
      if (wanted[i] && sub == null) {
        subscribe(i);
        return true;
      }
      if (!wanted[i] && sub != null) {
        unsubscribe(i, sub);
        return true;
      }
    }
    DeviceFlash.Outgoing first = flash.out.peek();
    if (first != null) {
      publish(first);
    }
    return first != null;
  }

  // ---------------------------------------------------------------- subscriptions

  private void subscribe(int which) {
    String filter = traits.filters().get(which);
    int qos = traits.levels().get(which);
    if (subs[which] == null) {
      Life.Sub sub = new Life.Sub(filter, qos, 0, false, false, world.now());
      subs[which] = sub;
      life.subs.add(sub);
    }
    int id = ask(which);
    SnTopic topic = filterTopic(filter);
    byte[] name = topic.kind() == SnTopic.Kind.NORMAL ? Texts.octets(filter) : new byte[0];
    request.ask(
        new SnMessage.Subscribe(false, qos, id, topic, name),
        new SnMessage.Subscribe(true, qos, id, topic, name),
        SnType.SUBACK,
        id);
  }

  private int ask(int which) {
    asked = which;
    if (ids[which] == 0) {
      ids[which] = flash.nextId();
    }
    return ids[which];
  }

  private static SnTopic filterTopic(String filter) {
    if (filter.equals(Airwaves.PREDEFINED_TOPIC)) {
      return SnTopic.predefined(Airwaves.PREDEFINED);
    }
    return filter.length() == 2 ? SnTopic.shortName(Texts.octets(filter)) : SnTopic.NONE;
  }

  private void unsubscribe(int which, Life.Sub sub) {
    if (sub.changingAt < 0) {
      sub.changingAt = world.now();
    }
    int id = ask(which);
    SnTopic topic = filterTopic(sub.filter);
    byte[] name = topic.kind() == SnTopic.Kind.NORMAL ? Texts.octets(sub.filter) : new byte[0];
    SnMessage message = new SnMessage.Unsubscribe(id, topic, name);
    request.ask(message, message, SnType.UNSUBACK, id);
  }

  private void onSuback(SnMessage.Suback answer) {
    Life.Sub sub = subs[asked];
    ids[asked] = 0;
    if (answer.code() == SnReturnCode.CONGESTION && sub != null) {
      if (++congested >= CONGESTED_MAX) { // else it asks again, by another id
        congested = 0;
        sub.goneAt = world.now();
        subs[asked] = null;
        wanted[asked] = false;
        world.mark("sim: a device had no topic id left");
      }
      return;
    }
    congested = 0;
    if (sub == null || answer.code() != SnReturnCode.ACCEPTED || answer.qos() != sub.qos) {
      world.broken("a subscription is granted", traits.id() + ": " + answer + " for " + sub);
      return;
    }
    anew = false;
    sub.ackedAt = world.now();
    if (answer.topicId() != 0 && filterTopic(sub.filter).kind() == SnTopic.Kind.NORMAL) {
      ear.learn(answer.topicId(), sub.filter);
    }
  }

  private void onUnsuback() {
    Life.Sub sub = subs[asked];
    ids[asked] = 0;
    if (sub != null) {
      sub.goneAt = world.now();
      subs[asked] = null;
    }
  }

  // ---------------------------------------------------------------- messages

  private void publish(DeviceFlash.Outgoing first) {
    if (first.released) {
      pubrel(first.id);
      return;
    }
    Message message = first.message;
    SnTopic topic = ear.topic(message.topic);
    if (topic == null) {
      int id = flash.nextId();
      SnMessage register = new SnMessage.Register(0, id, Texts.octets(message.topic));
      request.ask(register, register, SnType.REGACK, id);
      return;
    }
    topicId = topic.value();
    message.sent(world.now());
    if (message.qos == 0) {
      radio.accept(publish(first, topic, false));
      flash.out.remove();
      return;
    }
    if (first.id == 0) {
      first.id = flash.nextId();
    }
    request.ask(
        publish(first, topic, first.sent),
        publish(first, topic, true),
        message.qos == 1 ? SnType.PUBACK : SnType.PUBREC,
        first.id);
    first.sent = true;
  }

  private static SnMessage publish(DeviceFlash.Outgoing out, SnTopic topic, boolean dup) {
    byte[] payload = Texts.octets(out.message.key);
    return new SnMessage.Publish(dup, out.message.qos, false, topic, out.id, payload);
  }

  private void pubrel(int id) {
    SnMessage pubrel = new SnMessage.Pubrel(id);
    request.ask(pubrel, pubrel, SnType.PUBCOMP, id);
  }

  private void onRegack(SnMessage.Regack answer) {
    DeviceFlash.Outgoing first = flash.out.peek();
    if (first == null) {
      return;
    }
    if (answer.code() == SnReturnCode.ACCEPTED) {
      congested = 0;
      ear.learn(answer.topicId(), first.message.topic);
    } else if (answer.code() != SnReturnCode.CONGESTION) {
      world.broken("a topic is registered", traits.id() + ": " + answer);
    } else if (++congested >= CONGESTED_MAX) {
      world.mark("sim: a device had no topic id left");
      congested = 0;
      ledger.abandoned(first.message);
      flash.out.remove();
    }
  }

  private void onPuback(SnMessage.Puback answer) {
    DeviceFlash.Outgoing first = flash.out.peek();
    boolean answers =
        first != null
            && answer.topicId() == topicId
            && request.waitsFor(
                first.message.qos == 1 ? SnType.PUBACK : SnType.PUBREC, answer.messageId());
    if (first == null || !answers) {
      if (answer.code() == SnReturnCode.INVALID_TOPIC_ID) {
        ear.forget(answer.topicId()); // of a message of QoS 0
      }
      return;
    }
    switch (answer.code()) {
      case ACCEPTED -> {
        if (first.message.qos == 1) {
          request.end();
          ledger.acknowledged(first.message);
          flash.out.remove();
        }
      }
      case INVALID_TOPIC_ID -> {
        request.end();
        ear.forget(answer.topicId());
      }
      case CONGESTION -> {} // it asks again after T_retry
      case NOT_SUPPORTED ->
          world.broken("what may be published is taken", traits.id() + ": " + first.message);
    }
  }

  /** What may be the answer to what it asked. */
  void onAnswer(SnMessage message) {
    switch (message.type()) {
      case SUBACK -> {
        SnMessage.Suback answer = (SnMessage.Suback) message;
        if (answers(SnType.SUBACK, answer.messageId())) {
          onSuback(answer);
        }
      }
      case UNSUBACK -> {
        if (answers(SnType.UNSUBACK, ((SnMessage.Unsuback) message).messageId())) {
          onUnsuback();
        }
      }
      case REGACK -> {
        SnMessage.Regack answer = (SnMessage.Regack) message;
        if (answers(SnType.REGACK, answer.messageId())) {
          onRegack(answer);
        }
      }
      case PUBACK -> onPuback((SnMessage.Puback) message);
      case PUBREC -> {
        DeviceFlash.Outgoing first = flash.out.peek();
        if (first != null && answers(SnType.PUBREC, ((SnMessage.Pubrec) message).messageId())) {
          ledger.acknowledged(first.message);
          first.released = true;
          pubrel(first.id);
        }
      }
      case PUBCOMP -> {
        if (answers(SnType.PUBCOMP, ((SnMessage.Pubcomp) message).messageId())) {
          flash.out.remove();
        }
      }
      default -> world.broken("devices are told what is for them", traits.id() + ": " + message);
    }
  }

  private boolean answers(SnType type, int id) {
    boolean awaited = request.waitsFor(type, id);
    if (awaited) {
      request.end();
    }
    return awaited;
  }

  @Override
  public String toString() {
    return flash.out.size() + " messages, " + life.subs;
  }
}
