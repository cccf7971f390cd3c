package io.whimbrel.cli.mqtt;

import io.whimbrel.client.Message;
import io.whimbrel.client.sn.Acknowledgement;
import io.whimbrel.client.sn.DeviceMessage;
import io.whimbrel.client.sn.MqttSnException;
import io.whimbrel.client.sn.Topic;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * {@code whimbrel sn sub}. A message is acknowledged when it is printed; one that comes after the
 * last that was wanted is not, so that a session that is kept still has it. Used once.
 */
final class DeviceSubscribing {
  private static final int SLEEP_SECONDS_MAX = 65_535;

  private final Telling telling;
  private final Printing printing;
  private final List<String> filters;
  private final List<Topic> ids = new ArrayList<>();
  private final Qos qos;
  private final int count;
  private final int wait;
  private final int sleep;
  private final boolean withoutRetained;
  private final DeviceDialling dialling;
  private int printed;

  /** Reads the flags, and may find a mistake in them. */
  DeviceSubscribing(Flags flags, Streams streams, Telling telling) {
    this.telling = telling;
    printing = new Printing(flags, streams.out(), telling);
    filters = flags.all(Flag.SN_TOPIC);
    filters.forEach(DeviceSubscribing::check);
    for (String each : flags.all(Flag.TOPIC_ID)) {
      ids.add(Topic.predefined(Flags.number(Flag.TOPIC_ID, each, 1, DeviceDialling.ID_MAX)));
    }
    qos = Qos.of(flags.number(Flag.SN_QOS, 0, 0, 2));
    count = flags.number(Flag.COUNT, 0, 1, Integer.MAX_VALUE);
    wait = flags.number(Flag.WAIT, 0, 1, Integer.MAX_VALUE);
    sleep = flags.number(Flag.SLEEP, 0, 1, SLEEP_SECONDS_MAX);
    withoutRetained = flags.has(Flag.NO_RETAINED);
    if (filters.isEmpty() && ids.isEmpty()) {
      throw new MistakeException("there is no topic to subscribe to: -t FILTER or -T ID");
    }
    dialling = new DeviceDialling(flags, telling, this::onMessage);
  }

  private static void check(String filter) {
    try {
      TopicFilter.of(filter);
    } catch (ProtocolErrorException wrong) {
      throw new MistakeException("-t is no topic filter: '" + filter + "': " + wrong.getMessage());
    }
  }

  /**
   * Runs until it is done.
   *
   * @param onSignal is given what ends it in good order
   */
  int run(Consumer<Runnable> onSignal) {
    Ending ending = dialling.ending();
    try (dialling) {
      onSignal.accept(() -> ending.end(ExitCode.DONE));
      ending.limit(wait);
      if (dialling.connect() && subscribe() && sleep > 0) {
        sleepByTurns(ending);
      }
      return ending.await();
    }
  }

  /** Whether any was granted; else the tool is told to end. */
  private boolean subscribe() {
    int granted = 0;
    for (String each : filters) {
      granted += subscribed(each, dialling.client().subscribe(each, qos)) ? 1 : 0;
    }
    for (Topic each : ids) {
      String id = "topic id " + each;
      granted += subscribed(id, dialling.client().subscribe(each, qos)) ? 1 : 0;
    }
    if (granted == 0 && !dialling.ending().isThere()) {
      telling.failure("the broker refused all subscriptions");
      dialling.ending().end(ExitCode.DONE);
    }
    return granted > 0;
  }

  private boolean subscribed(String what, CompletableFuture<Qos> asked) {
    try {
      dialling.ending().orDone(asked);
      if (asked.isDone()) {
        telling.step("subscribed " + what + ", granted QoS " + asked.join().number());
      }
      return asked.isDone();
    } catch (ExecutionException failed) {
      MqttSnException why = DeviceDialling.known(failed);
      if (why.kind() == MqttSnException.Kind.REFUSED) {
        String words = DeviceDialling.words(why);
        telling.failure("the broker refused to subscribe " + what + ": " + words);
      } else if (!dialling.ending().isThere()) {
        telling.failure("cannot subscribe: " + why.getMessage());
        dialling.ending().end(ExitCode.FAILED);
      }
      return false;
    }
  }

  /** Falls asleep, and wakes up for its messages, until something ends the tool. */
  private void sleepByTurns(Ending ending) {
    try {
      ending.orDone(dialling.client().sleep(Duration.ofSeconds(sleep)));
      telling.step("asleep");
      while (!ending.isThere()) {
        ending.await(sleep * 1000L);
        if (!ending.isThere()) {
          telling.step("awake");
          ending.orDone(dialling.client().wake());
          telling.step("asleep");
        }
      }
    } catch (ExecutionException failed) {
      dialling.onLost(DeviceDialling.known(failed));
    }
  }

  // ---------------------------------------------------------------- messages

  private void onMessage(DeviceMessage message, Acknowledgement answer) {
    Ending ending = dialling.ending();
    if (ending.isThere()) {
      return;
    }
    if (!(message.retain() && withoutRetained)) {
      try {
        printing.print(shown(message));
        printed++;
      } catch (IOException closed) { // as by head(1), which is no failure worth a word
        ending.end(ExitCode.FAILED);
        return;
      }
    }
    answer.accept();
    if (printed == count && count > 0) {
      ending.end(ExitCode.DONE);
    }
  }

  private static Shown shown(DeviceMessage message) {
    Message.Builder same =
        Message.to(message.topic().toString()).payload(message.payload()).qos(message.qos());
    Message whole = (message.retain() ? same.retain() : same).build();
    return new Shown(whole, Properties.NONE, message.messageId());
  }
}
