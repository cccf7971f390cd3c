package io.whimbrel.client;

import io.whimbrel.client.internal.Serial;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import java.util.ArrayDeque;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a filter for one subscriber of {@link Flow}: a message that was not asked for is
 * not acknowledged, so that Receive Maximum stops the server. For any thread.
 */
final class Stream implements Flow.Subscription, Dispatcher.Taker {
  private static final String OVER = "its subscriber takes no more";

  private final Dispatcher dispatcher;
  private final Serial serial;
  private final Flow.Subscriber<? super ReceivedMessage> subscriber;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long wanted;
  private boolean over;

  private record Waiting(ReceivedMessage message, Dispatcher.Taken taken) {}

  private Stream(
      Dispatcher dispatcher, Serial serial, Flow.Subscriber<? super ReceivedMessage> subscriber) {
    this.dispatcher = dispatcher;
    this.serial = serial;
    this.subscriber = subscriber;
  }

  static Flow.Publisher<ReceivedMessage> of(Dispatcher dispatcher, TopicFilter filter) {
    return subscriber -> {
      Stream stream = new Stream(dispatcher, dispatcher.anotherSerial(), subscriber);
      stream.serial.execute(() -> subscriber.onSubscribe(stream));
      dispatcher.add(filter, stream);
    };
  }

  @Override
  public void take(ReceivedMessage message, Dispatcher.Taken taken) {
    serial.execute(
        () -> {
          if (over) {
            taken.released(OVER);
          } else {
            waiting.add(new Waiting(message, taken));
            give();
          }
        });
  }

  @Override
  public void request(long count) {
    serial.execute(
        () -> {
          if (count <= 0) {
            fail(new IllegalArgumentException("a subscriber asked for " + count + " messages"));
          } else {
            wanted = wanted + count < 0 ? Long.MAX_VALUE : wanted + count;
            give();
          }
        });
  }

  @Override
  public void cancel() {
    serial.execute(this::end);
  }

  @Override
  public void removed() {
    serial.execute(
        () -> {
          if (end()) {
            subscriber.onComplete();
          }
        });
  }

  /** What waits stays unacknowledged: it is for the next client of the session. */
  @Override
  public void closed() {
    serial.execute(
        () -> {
          waiting.clear();
          if (end()) {
            subscriber.onComplete();
          }
        });
  }

  private void give() {
    while (!over && wanted > 0 && !waiting.isEmpty()) {
      Waiting next = waiting.remove();
      wanted -= wanted == Long.MAX_VALUE ? 0 : 1;
      @Nullable Throwable broken = null;
      try {
        subscriber.onNext(next.message);
      } catch (RuntimeException | Error thrown) {
        broken = thrown;
      }
      next.taken.done(broken == null ? ReasonCode.SUCCESS : ReasonCode.UNSPECIFIED_ERROR);
      if (broken != null) {
        fail(broken);
      }
    }
  }

  private void fail(Throwable why) {
    if (end()) {
      subscriber.onError(why);
    }
  }

  /** Whether it was not over yet. */
  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    dispatcher.remove(this);
    waiting.forEach(each -> each.taken.released(OVER));
    waiting.clear();
    return true;
  }
}
