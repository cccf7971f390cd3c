package io.whimbrel.cli.mqtt;

import io.whimbrel.cli.mqtt.PropertyWords.Place;
import io.whimbrel.client.Delivery;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.MqttClientException;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.SubscribeResult;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code whimbrel sub}. A message is acknowledged when it is printed; one that comes after the last
 * that was wanted is not, so that a session that is kept still has it. Used once.
 */
final class Subscribing {
  /** Brokers are told to keep back what -C does not want, where that is fewer than usual. */
  private static final int RECEIVE_MAXIMUM_USUAL = 20;

  private final Flags flags;
  private final Connection connection;
  private final Telling telling;
  private final Printing printing;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final List<TopicFilter> filteredOut = new ArrayList<>();
  private final List<String> unsubscribed;
  private final int count;
  private final int wait;
  private final double percent;
  private final boolean withoutRetained;
  private final boolean retainedOnly;
  private final boolean removes;
  private final AtomicReference<@Nullable Delivery> lastRemoval = new AtomicReference<>();
  private @Nullable Dialling dialling;
  private @Nullable Rate rate;
  private int printed;

  /** Reads the flags, and may find a mistake in them. */
  Subscribing(Flags flags, Streams streams, Telling telling) {
    this.flags = flags;
    this.telling = telling;
    connection = Connection.of(flags);
    printing = new Printing(flags, streams.out(), telling);
    count = flags.number(Flag.COUNT, 0, 1, Integer.MAX_VALUE);
    wait = flags.number(Flag.WAIT, 0, 1, Integer.MAX_VALUE);
    percent = flags.fraction(Flag.RANDOM_FILTER, 100, 0.1, 100);
    withoutRetained = flags.has(Flag.NO_RETAINED);
    retainedOnly = flags.has(Flag.RETAINED_ONLY);
    removes = flags.has(Flag.REMOVE_RETAINED);
    if (withoutRetained && retainedOnly) {
      throw new MistakeException("-R and --retained-only leave nothing to print");
    }
    if (connection.topics().isEmpty()) {
      throw new MistakeException("there is no topic to subscribe to: -t FILTER");
    }
    connection.topics().forEach(each -> subscriptions.add(subscription(each)));
    flags.all(Flag.FILTER_OUT).forEach(each -> filteredOut.add(filter(each, "-T")));
    unsubscribed = flags.all(Flag.UNSUBSCRIBE);
    unsubscribed.forEach(each -> filter(each, "-U"));
  }

  private Subscription subscription(String topic) {
    filter(topic, "-t");
    return new Subscription(
        topic,
        connection.qos(),
        false,
        flags.has(Flag.RETAIN_AS_PUBLISHED),
        withoutRetained ? RetainHandling.DO_NOT_SEND : RetainHandling.SEND);
  }

  private static TopicFilter filter(String text, String flag) {
    try {
      return TopicFilter.of(text);
    } catch (ProtocolErrorException wrong) {
      throw new MistakeException(
          flag + " is no topic filter: '" + text + "': " + wrong.getMessage());
    }
  }

  /**
   * Runs until it is done.
   *
   * @param onSignal is given what ends it in good order
   */
  int run(Consumer<Runnable> onSignal) {
    MqttClientBuilder builder = connection.builder().acknowledgeByHand();
    if (count > 0 && count < RECEIVE_MAXIMUM_USUAL) {
      builder.receiveMaximum(count);
    }
    try (Rate passing = Rate.of(flags, telling, "messages received");
        Dialling to = new Dialling(connection, telling, builder, this::onMessage)) {
      rate = passing;
      dialling = to;
      onSignal.accept(() -> to.end(ExitCode.DONE));
      to.limit(wait);
      if (to.connect() && subscribe(to) && flags.has(Flag.SUBSCRIBE_ONLY)) {
        to.end(ExitCode.DONE);
      }
      int code = to.await();
      Delivery removal = lastRemoval.get();
      if (removal != null) {
        Dialling.awaitLast(removal.result().toCompletableFuture());
      }
      return code;
    }
  }

  /** Whether any was granted; else the tool is told to end. */
  private boolean subscribe(Dialling to) {
    try {
      CompletionStage<SubscribeResult> asked =
          to.client()
              .subscribe(
                  connection.at(Place.SUBSCRIBE), subscriptions.toArray(new Subscription[0]));
      if (!unsubscribed.isEmpty()) { // at once: messages may be on their way already
        to.client()
            .unsubscribe(connection.at(Place.UNSUBSCRIBE), unsubscribed.toArray(new String[0]))
            .thenAccept(done -> telling.step("unsubscribed"));
      }
      SubscribeResult result = to.unlessItEnds(asked, "SUBACK");
      if (result == null) {
        return false;
      }
      int refused = 0;
      for (int i = 0; i < result.reasons().size(); i++) {
        refused += told(subscriptions.get(i).filter(), result.reasons().get(i)) ? 0 : 1;
      }
      if (refused == subscriptions.size()) {
        telling.failure("the broker refused all subscriptions");
        to.end(ExitCode.DONE);
        return false;
      }
      return true;
    } catch (MqttClientException lost) {
      telling.failure("cannot subscribe: " + lost.getMessage());
      to.end(ExitCode.FAILED);
      return false;
    }
  }

  private boolean told(String filter, ReasonCode reason) {
    if (reason.isError()) {
      telling.failure("the broker refused to subscribe " + filter + ": " + Reasons.words(reason));
    } else {
      telling.step("subscribed " + filter + ", granted QoS " + reason.code());
    }
    return !reason.isError();
  }

  // ---------------------------------------------------------------- messages

  private void onMessage(ReceivedMessage message) {
    Dialling to = dialling;
    Rate passing = rate;
    if (to == null || passing == null || to.isEnding()) {
      return;
    }
    boolean retained = message.message().retain();
    if (retainedOnly && !retained) {
      to.end(ExitCode.DONE);
      return;
    }
    passing.passed(message.payload().length);
    if (!(retained && withoutRetained) && !isFilteredOut(message.topic())) {
      if (removes && retained) {
        remove(to, message.topic());
      }
      if (!print(to, message)) {
        return;
      }
    }
    message.acknowledge();
    if (printed == count && count > 0) {
      to.end(ExitCode.DONE);
    }
  }

  private boolean isFilteredOut(String topic) {
    if (filteredOut.isEmpty()) {
      return false;
    }
    TopicName name = TopicName.of(topic);
    return filteredOut.stream().anyMatch(filter -> filter.matches(name));
  }

  private void remove(Dialling to, String topic) {
    lastRemoval.set(to.client().publish(Message.to(topic).retain().build()));
  }

  private boolean print(Dialling to, ReceivedMessage message) {
    try {
      if (percent == 100 || ThreadLocalRandom.current().nextDouble(100) < percent) {
        printing.print(message);
      }
      printed++;
      return true;
    } catch (IOException closed) { // as by head(1), which is no failure worth a word
      to.end(ExitCode.FAILED);
      return false;
    }
  }
}
