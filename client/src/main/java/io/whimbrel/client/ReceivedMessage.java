package io.whimbrel.client;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import java.util.EnumSet;
import java.util.Set;

/** A message that came. For any thread. */
public final class ReceivedMessage {
  private static final Set<ReasonCode> REFUSALS =
      EnumSet.of(
          ReasonCode.UNSPECIFIED_ERROR,
          ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
          ReasonCode.NOT_AUTHORIZED,
          ReasonCode.TOPIC_NAME_INVALID,
          ReasonCode.PACKET_IDENTIFIER_IN_USE,
          ReasonCode.QUOTA_EXCEEDED,
          ReasonCode.PAYLOAD_FORMAT_INVALID);

  private final Message message;
  private final Publish came;
  private final Answer answer;

  /** Where its acknowledgement goes. */
  interface Answer {
    void acknowledge(ReasonCode reason);
  }

  ReceivedMessage(Publish came, Answer answer) {
    this.message = Message.of(came);
    this.came = came;
    this.answer = answer;
  }

  /** What it says; it may be published again as it is. */
  public Message message() {
    return message;
  }

  /** Where it was published to. */
  public String topic() {
    return message.topic();
  }

  /** A copy of its bytes. */
  public byte[] payload() {
    return message.payload();
  }

  /** Its bytes as a text in UTF-8. */
  public String text() {
    return message.text();
  }

  /** The identifiers of the subscriptions it came by. */
  public int[] subscriptionIdentifiers() {
    return came.properties().subscriptionIdentifiers();
  }

  /** All that MQTT 5 says of it, as it stands in its PUBLISH; none with 3.1.1. */
  public Properties properties() {
    return came.properties();
  }

  /** Its Packet Identifier; 0 with QoS 0. Another message has it as soon as this one is done. */
  public int packetId() {
    return came.packetId();
  }

  /** Whether it may have been here before (DUP). */
  public boolean isAgain() {
    return came.dup();
  }

  /**
   * Acknowledges it, where the client does that by hand. The acknowledgements leave in the order
   * the messages came, whatever the order of these calls; once is enough.
   */
  public void acknowledge() {
    answer.acknowledge(ReasonCode.SUCCESS);
  }

  /**
   * Tells an MQTT 5 server that it is not wanted; a server of 3.1.1 hears that it was taken.
   *
   * @param reason an error that PUBACK and PUBREC know [MQTT-3.4.2-1] [MQTT-3.5.2-1]
   * @throws IllegalArgumentException they do not
   */
  public void refuse(ReasonCode reason) {
    if (!REFUSALS.contains(reason)) {
      throw new IllegalArgumentException(reason + " is no refusal of a message: " + REFUSALS);
    }
    answer.acknowledge(reason);
  }

  @Override
  public String toString() {
    return "Received" + message;
  }
}
