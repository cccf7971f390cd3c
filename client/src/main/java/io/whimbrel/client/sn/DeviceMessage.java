package io.whimbrel.client.sn;

import io.whimbrel.codec.Qos;
import java.nio.charset.StandardCharsets;

/**
 * A message to or from an MQTT-SN gateway. Immutable, for any thread.
 *
 * <pre>{@code
 * DeviceMessage.of("pumps/7/speed", "12").qos(Qos.EXACTLY_ONCE).retained();
 * }</pre>
 */
public final class DeviceMessage {
  private final Topic topic;
  private final byte[] payload;
  private final Qos qos;
  private final boolean retain;
  private final int messageId;

  DeviceMessage(Topic topic, byte[] payload, Qos qos, boolean retain, int messageId) {
    this.topic = topic;
    this.payload = payload;
    this.qos = qos;
    this.retain = retain;
    this.messageId = messageId;
  }

  /**
   * A message of QoS 1 with a text as its payload, in UTF-8.
   *
   * @throws IllegalArgumentException that is no Topic Name
   */
  public static DeviceMessage of(String topic, String payload) {
    return of(Topic.of(topic), payload.getBytes(StandardCharsets.UTF_8));
  }

  /** A message of QoS 1 with these bytes, which are copied. */
  public static DeviceMessage of(Topic topic, byte[] payload) {
    return new DeviceMessage(topic, payload.clone(), Qos.AT_LEAST_ONCE, false, 0);
  }

  /** The same, delivered like that. */
  public DeviceMessage qos(Qos wanted) {
    return new DeviceMessage(topic, payload, wanted, retain, 0);
  }

  /** The same, kept for who subscribes later. */
  public DeviceMessage retained() {
    return new DeviceMessage(topic, payload, qos, true, 0);
  }

  /** Where it goes, or came from. */
  public Topic topic() {
    return topic;
  }

  /** A copy of its bytes. */
  public byte[] payload() {
    return payload.clone();
  }

  /** Its bytes as a text in UTF-8. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** How it is delivered. */
  public Qos qos() {
    return qos;
  }

  /** Of one that is sent: whether it is kept for who subscribes later; else whether it was. */
  public boolean retain() {
    return retain;
  }

  /** The message id of one that came; 0 with QoS 0. Another has it as soon as this one is done. */
  public int messageId() {
    return messageId;
  }

  byte[] bytes() {
    return payload;
  }

  /** Without the payload, of which only the length is shown. */
  @Override
  public String toString() {
    return "DeviceMessage[" + topic + ", " + qos + ", " + payload.length + " bytes]";
  }
}
