package io.whimbrel.server;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.metrics.SysTopics;
import io.whimbrel.server.net.ShardLoop;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Publishes the topics below {@code $SYS} every so often. Told how often by one thread a time. */
final class SysPublisher {
  private final ShardLoop loop;
  private final Shard shard;
  private final SysTopics topics;
  private @Nullable Future<?> running;
  private int seconds;

  SysPublisher(ShardLoop loop, Shard shard, SysTopics topics) {
    this.loop = loop;
    this.shard = shard;
    this.topics = topics;
  }

  /**
   * From now on so often.
   *
   * @param next 0: never
   */
  synchronized void every(int next) {
    if (next == seconds) {
      return;
    }
    seconds = next;
    if (running != null) {
      running.cancel(false);
    }
    running = next == 0 ? null : loop.every(TimeUnit.SECONDS.toMillis(next), this::publish);
  }

  private void publish() {
    topics.publish((topic, text) -> shard.publish(message(topic, text)));
  }

  private static Publication message(String topic, String text) {
    return Publication.of(
        "",
        TopicName.of(topic),
        Qos.AT_MOST_ONCE,
        true,
        Properties.NONE,
        text.getBytes(StandardCharsets.UTF_8),
        0);
  }
}
