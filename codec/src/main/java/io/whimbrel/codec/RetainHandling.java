package io.whimbrel.codec;

/** When a subscription is sent the retained messages it matches (5.0, 3.8.3.1). */
public enum RetainHandling {
  /** At every SUBSCRIBE [MQTT-3.3.1-9]. */
  SEND,
  /** Only if the subscription did not exist yet [MQTT-3.3.1-10]. */
  SEND_IF_NEW,
  /** Never [MQTT-3.3.1-11]. */
  DO_NOT_SEND
}
