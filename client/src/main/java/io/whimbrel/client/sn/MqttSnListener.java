package io.whimbrel.client.sn;

/**
 * Hears what becomes of an MQTT-SN client; every method does nothing unless it is overridden.
 * Called by one thread at a time, in turn with the handler, never by a thread of the network.
 */
public interface MqttSnListener {
  /**
   * A connection that stood is over, and the client had not asked for that: the gateway went, or
   * has not answered N_retry times. The client does not connect again by itself.
   */
  default void onLost(MqttSnException why) {}

  /** A message of QoS 0 came while as many waited for the handler as may, and was dropped. */
  default void onDropped() {}

  /** A datagram came that was no message of MQTT-SN; it is ignored. */
  default void onMalformed(String why) {}

  /** The handler has thrown: the gateway is told that the message is not taken (0x03). */
  default void onHandlerFailed(DeviceMessage message, Throwable failure) {
    System.getLogger("io.whimbrel.client.sn")
        .log(System.Logger.Level.ERROR, "a message handler has failed", failure);
  }
}
