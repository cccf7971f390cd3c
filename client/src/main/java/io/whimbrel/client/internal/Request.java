package io.whimbrel.client.internal;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.Unsubscribe;
import java.util.List;

/**
 * A SUBSCRIBE or UNSUBSCRIBE that somebody waits for. Owned by its session.
 *
 * @param subscribed the filters to subscribe to, or none
 * @param unsubscribed the filters to let go of, or none; one of the two lists is empty
 * @param deadline until when an answer is waited for, milliseconds
 */
public record Request(
    List<SubscriptionRequest> subscribed,
    List<TopicFilter> unsubscribed,
    Properties properties,
    long deadline,
    Answer answer) {

  /** Told once, on the thread of the session. */
  public interface Answer {
    /** The server has answered, each filter in its order. */
    void onReasons(List<ReasonCode> reasons, Properties properties);

    /** It was given up; nobody knows what the server has made of it. */
    void onFailed(String why);
  }

  Packet packet(int packetId) {
    return subscribed.isEmpty()
        ? new Unsubscribe(packetId, properties, unsubscribed)
        : new Subscribe(packetId, properties, subscribed);
  }
}
