package io.whimbrel.client.internal;

/** Hears, once, what became of something that was asked of an MQTT-SN session; on its thread. */
public interface SnAnswer {
  /**
   * It is done.
   *
   * @param qos what was granted to a subscription; 0 of everything else
   */
  void onDone(int qos);

  /** It is not, or nobody knows. */
  void onFailed(SnFailure failure);
}
