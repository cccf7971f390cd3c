package io.whimbrel.codec;

/** Quality of Service of a PUBLISH packet or a subscription. */
public enum Qos {
  AT_MOST_ONCE,
  AT_LEAST_ONCE,
  EXACTLY_ONCE;

  private static final Qos[] VALUES = values();

  /** The two-bit number on the wire, 0 to 2. */
  public int number() {
    return ordinal();
  }

  /** The QoS of a number from 0 to 2; 3 is malformed and the caller's to refuse [MQTT-3.3.1-4]. */
  public static Qos of(int number) {
    return VALUES[number];
  }

  /** The lower of two: a delivery never exceeds what was granted [MQTT-3.8.4-8]. */
  public Qos min(Qos other) {
    return ordinal() <= other.ordinal() ? this : other;
  }

  /** The higher of two: overlapping subscriptions deliver at their maximum [MQTT-3.3.4-2]. */
  public Qos max(Qos other) {
    return ordinal() >= other.ordinal() ? this : other;
  }
}
