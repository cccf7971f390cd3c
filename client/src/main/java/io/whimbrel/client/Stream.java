package io.whimbrel.client;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a filter for one subscriber of {@link Flow}: a message that was not asked for is
 * not acknowledged, so that Receive Maximum stops the server. For any thread.
 */
final class Stream implements Flow.Subscription, Dispatcher.Taker {
  private final Dispatcher dispatcher;
  private final Serial serial;
  private final Flow.Subscriber<? super ReceivedMessage> subscriber;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long wanted;
  private boolean over;

  private record Waiting(ReceivedMessage message, Consumer<ReasonCode> done) {}

  private Stream(
      Dispatcher dispatcher,
      Executor threads,
      Flow.Subscriber<? super ReceivedMessage> subscriber) {
    this.dispatcher = dispatcher;
    this.serial = new Serial(threads);
    this.subscriber = subscriber;
  }

  static Flow.Publisher<ReceivedMessage> of(
      Dispatcher dispatcher, Executor threads, TopicFilter filter) {
    return subscriber -> {
      Stream stream = new Stream(dispatcher, threads, subscriber);
      stream.serial.execute(() -> subscriber.onSubscribe(stream));
      dispatcher.add(filter, stream);
    };
  }

  @Override
  public void take(ReceivedMessage message, Consumer<ReasonCode> done) {
    serial.execute(
        () -> {
          if (over) {
            done.accept(ReasonCode.UNSPECIFIED_ERROR);
          } else {
            waiting.add(new Waiting(message, done));
            give();
          }
        });
  }

  @Override
  public void request(long count) {
    serial.execute(
        () -> {
          if (count <= 0) {
            end(new IllegalArgumentException("a subscriber asked for " + count + " messages"));
          } else {
            wanted = wanted + count < 0 ? Long.MAX_VALUE : wanted + count;
            give();
          }
        });
  }

  @Override
  public void cancel() {
    serial.execute(() -> end(null));
  }

  private void give() {
    while (!over && wanted > 0 && !waiting.isEmpty()) {
      Waiting next = waiting.remove();
      wanted -= wanted == Long.MAX_VALUE ? 0 : 1;
      try {
        subscriber.onNext(next.message);
        next.done.accept(ReasonCode.SUCCESS);
      } catch (RuntimeException | Error broken) {
        next.done.accept(ReasonCode.UNSPECIFIED_ERROR);
        end(broken);
      }
    }
  }

  private void end(@Nullable Throwable why) {
    if (over) {
      return;
    }
    over = true;
    dispatcher.remove(this);
    waiting.forEach(each -> each.done.accept(ReasonCode.UNSPECIFIED_ERROR));
    waiting.clear();
    if (why != null) {
      subscriber.onError(why);
    }
  }
}
