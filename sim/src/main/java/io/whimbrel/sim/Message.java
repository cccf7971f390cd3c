package io.whimbrel.sim;

/** One Application Message of the simulation and what is known of its way to the broker. */
final class Message {
  final int number;
  final String key;
  final String publisher;
  final int connection;
  final String topic;
  final int qos;
  final boolean retain;
  final boolean will;

  /** Whether its payload is empty: a retained message is removed. */
  boolean removal;

  final int expirySeconds;

  long sentAt;
  long lastSentAt;
  int sends;

  /** When the publisher heard that the broker has it, or -1. */
  long ackedAt = -1;

  /** Its publisher was told that the broker did not take it. */
  boolean refused;

  /**
   * @param number grows with each message
   * @param connection of the publisher, its network connections counted
   * @param expirySeconds Message Expiry Interval, or -1
   */
  Message(
      int number,
      String key,
      String publisher,
      int connection,
      String topic,
      int qos,
      boolean retain,
      boolean will,
      int expirySeconds) {
    this.number = number;
    this.key = key;
    this.publisher = publisher;
    this.connection = connection;
    this.topic = topic;
    this.qos = qos;
    this.retain = retain;
    this.will = will;
    this.expirySeconds = expirySeconds;
  }

  void sent(long now) {
    if (sends++ == 0) {
      sentAt = now;
    }
    lastSentAt = now;
  }

  @Override
  public String toString() {
    return key + " (" + topic + ", QoS " + qos + (retain ? ", retain)" : ")");
  }
}
