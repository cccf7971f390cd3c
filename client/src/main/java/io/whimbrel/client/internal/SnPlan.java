package io.whimbrel.client.internal;

import io.whimbrel.codec.TopicName;
import java.util.Map;

/**
 * What an MQTT-SN session is made of. Immutable.
 *
 * @param keepAliveSeconds 0 for no keep alive
 * @param retryMillis T_retry: how long an answer of the gateway is waited for (6.13)
 * @param retriesMax N_retry: how often it is asked again before it is lost
 * @param queueMax messages that wait to be sent; requests that wait; messages that wait for who
 *     takes them: so many of each
 * @param topicsMax topics whose ids are remembered
 * @param predefined topics by the ids that both sides know
 */
public record SnPlan(
    String clientId,
    boolean cleanSession,
    int keepAliveSeconds,
    long retryMillis,
    int retriesMax,
    int queueMax,
    int topicsMax,
    Map<Integer, TopicName> predefined) {
  /** Keeps a copy. */
  public SnPlan {
    predefined = Map.copyOf(predefined);
  }
}
