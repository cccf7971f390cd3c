package io.whimbrel.sim;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnTopic;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a device is told: topics by their ids, and messages. What it knows of ids is gone when it is
 * switched off. Owned by the simulation's thread.
 */
final class DeviceEar {
  private final String device;
  private final DeviceFlash flash;
  private final SnLedger ledger;
  private final Consumer<SnMessage> radio;
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * @param radio sends
   */
  DeviceEar(String device, DeviceFlash flash, SnLedger ledger, Consumer<SnMessage> radio) {
    this.device = device;
    this.flash = flash;
    this.ledger = ledger;
    this.radio = radio;
  }

  /** It was switched off. */
  void forgetAll() {
    names.clear();
    ids.clear();
  }

  /** The gateway does not know this id any more. */
  void forget(int id) {
    String topic = names.remove(id);
    if (topic != null) {
      ids.remove(topic, id);
    }
  }

  /** The gateway says that this is the id of a topic. */
  void learn(int id, String topic) {
    String before = names.put(id, topic);
    if (before != null) {
      ids.remove(before, id);
    }
    ids.put(topic, id);
  }

  /** What stands for a topic, or null where it has to be registered first. */
  @Nullable SnTopic topic(String name) {
    if (name.equals(Airwaves.PREDEFINED_TOPIC)) {
      return SnTopic.predefined(Airwaves.PREDEFINED);
    }
    if (name.length() == 2) {
      return SnTopic.shortName(Texts.octets(name));
    }
    Integer id = ids.get(name);
    return id == null ? null : SnTopic.normal(id);
  }

  private @Nullable String name(SnTopic topic) {
    return switch (topic.kind()) {
      case NORMAL -> names.get(topic.value());
      case PREDEFINED -> topic.value() == Airwaves.PREDEFINED ? Airwaves.PREDEFINED_TOPIC : null;
      case SHORT -> Texts.of(topic.octets());
    };
  }

  void onRegister(SnMessage.Register told) {
    learn(told.topicId(), Texts.of(told.topic()));
    radio.accept(new SnMessage.Regack(told.topicId(), told.messageId(), SnReturnCode.ACCEPTED));
  }

  /**
   * A message came.
   *
   * @param lasting whether its session goes on, whatever happens
   */
  void onPublish(SnMessage.Publish said, boolean lasting) {
    int id = said.messageId();
    String topic = name(said.topic());
    if (topic == null) {
      answer(said, SnReturnCode.INVALID_TOPIC_ID);
      return;
    }
    String key = Texts.of(said.payload());
    boolean fresh = said.qos() < 2 || flash.take(device, id, key);
    ledger.received(device, lasting, topic, key, said.qos(), fresh);
    switch (said.qos()) {
      case 0 -> {}
      case 1 -> answer(said, SnReturnCode.ACCEPTED);
      default -> radio.accept(new SnMessage.Pubrec(id));
    }
  }

  private void answer(SnMessage.Publish said, SnReturnCode code) {
    radio.accept(new SnMessage.Puback(said.topic().value(), said.messageId(), code));
  }

  void onPubrel(int id) {
    flash.release(id);
    radio.accept(new SnMessage.Pubcomp(id));
  }
}
