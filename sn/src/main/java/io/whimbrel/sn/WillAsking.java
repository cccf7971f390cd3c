package io.whimbrel.sn;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Will;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Will of a device: asked for in two steps when it connects (6.3), and changed in parts (6.4).
 * Owned by the device's shard.
 */
final class WillAsking {
  private final SnDevice device;
  private @Nullable TopicName topic;
  private byte[] payload = new byte[0];
  private Qos qos = Qos.AT_MOST_ONCE;
  private boolean retain;

  /** A Will. */
  private record Said(@Nullable TopicName topic, byte[] payload, Qos qos, boolean retain) {}

  WillAsking(SnDevice device) {
    this.device = device;
  }

  /** Takes the topic; false where it is none. An empty one is no Will. */
  boolean topic(int level, boolean retained, byte[] name) {
    topic = name.length == 0 ? null : Uplink.topic(name);
    qos = Qos.of(level);
    retain = retained;
    return name.length == 0 || topic != null;
  }

  /** Takes the message. */
  void message(byte[] said) {
    payload = said;
  }

  /** Forgets both. */
  void clear() {
    topic = null;
    payload = new byte[0];
  }

  /** Whether there is one. */
  boolean isThere() {
    return topic != null;
  }

  /** What the broker is told: null for none. */
  @Nullable Will will(Properties properties) {
    TopicName to = topic;
    return to == null ? null : new Will(to, payload, qos, retain, properties);
  }

  // ---------------------------------------------------------------- changes

  /** WILLTOPICUPD came (6.4). */
  void onTopicUpd(SnMessage.WillTopicUpd said) {
    Said before = said();
    boolean there = isThere() || said.topic().length == 0;
    boolean taken = there && topic(said.qos(), said.retain(), said.topic());
    change(
        taken,
        Properties.NONE,
        code -> {
          device.send(new SnMessage.WillTopicResp(code));
          keep(code, before);
        });
  }

  /** WILLMSGUPD came (6.4). */
  void onMsgUpd(SnMessage.WillMsgUpd said) {
    Said before = said();
    boolean taken = isThere();
    if (taken) {
      message(said.payload());
    }
    change(
        taken,
        Properties.NONE,
        code -> {
          device.send(new SnMessage.WillMsgResp(code));
          keep(code, before);
        });
  }

  private Said said() {
    return new Said(topic, payload, qos, retain);
  }

  /** What the broker does not take changes nothing. */
  private void keep(SnReturnCode answer, Said before) {
    if (answer != SnReturnCode.ACCEPTED) {
      topic = before.topic;
      payload = before.payload;
      qos = before.qos;
      retain = before.retain;
    }
  }

  /** Tells the broker of it as it is now; false answers at once that there can be none. */
  private void change(boolean possible, Properties delay, Consumer<SnReturnCode> answer) {
    Bridge bridge = device.bridge();
    if (!possible || bridge == null) {
      answer.accept(SnReturnCode.NOT_SUPPORTED);
      return;
    }
    bridge.connection().changeWill(will(delay), reason -> answer.accept(code(reason)));
  }

  /** There is no id in it that could be invalid. */
  private static SnReturnCode code(ReasonCode reason) {
    SnReturnCode code = Uplink.code(reason);
    return code == SnReturnCode.INVALID_TOPIC_ID ? SnReturnCode.NOT_SUPPORTED : code;
  }

  /** Should the broker be started again meanwhile, it waits for as long as the device may. */
  void delay(long seconds) {
    Properties delay =
        seconds == 0
            ? Properties.NONE
            : Properties.builder().set(PropertyId.WILL_DELAY_INTERVAL, seconds).build();
    if (isThere()) {
      change(true, delay, code -> {});
    }
  }

  /** The first question. */
  static SnMessage first() {
    return new SnMessage.WillTopicReq();
  }

  /** The second. */
  static SnMessage second() {
    return new SnMessage.WillMsgReq();
  }
}
