package io.whimbrel.cli.mqtt;

import io.whimbrel.cli.mqtt.PropertyWords.Place;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.PublishResult;
import io.whimbrel.codec.Qos;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code whimbrel pub}. Used once, by one thread. */
final class Publishing {
  /** Messages of QoS 0 between the standard input and the network. */
  private static final int UNSENT_MAX = 1_000;

  /** Their bytes, and of any QoS those without an acknowledgement; one may be larger. */
  private static final int UNSENT_BYTES_MAX = 16 * 1024 * 1024;

  private final Flags flags;
  private final Connection connection;
  private final InputStream in;
  private final Telling telling;
  private final Flag source;
  private final String topic;
  private final int repeat;
  private final double repeatDelay;
  private final int inFlight;
  private final byte[] payload;

  /** Reads the flags, and may find a mistake in them. */
  Publishing(Flags flags, Streams streams, Telling telling) {
    this.flags = flags;
    this.in = streams.in();
    this.telling = telling;
    connection = Connection.of(flags);
    topic = connection.topic();
    source = Payloads.source(flags);
    repeat = flags.number(Flag.REPEAT, 1, 1, Integer.MAX_VALUE);
    repeatDelay = flags.fraction(Flag.REPEAT_DELAY, 0, 0, 1_000_000_000);
    inFlight = flags.number(Flag.IN_FLIGHT, 20, 1, 65_535);
    message(new byte[0]); // a mistake is told before the standard input is read
    payload = Payloads.one(flags, source, in);
  }

  int run() {
    MqttClientBuilder builder = connection.builder().inFlightMaximum(inFlight);
    if (source != Flag.LINES) {
      builder.withoutReconnecting();
    }
    try (Dialling dialling = new Dialling(connection, telling, builder, message -> {});
        Rate rate = Rate.of(flags, telling, "messages published")) {
      if (!dialling.connect()) {
        return dialling.await();
      }
      if (source == Flag.LINES) {
        lines(dialling, rate);
      } else {
        again(dialling, rate);
      }
      dialling.end(ExitCode.DONE);
      return dialling.await();
    }
  }

  private Message message(byte[] bytes) {
    Message.Builder builder =
        Connection.message(topic, "-t")
            .properties(connection.at(Place.PUBLISH))
            .payload(bytes)
            .qos(connection.qos());
    return (flags.has(Flag.RETAIN) ? builder.retain() : builder).build();
  }

  /** Each waits for the one before. */
  private void again(Dialling dialling, Rate rate) {
    Message message = message(payload);
    for (int i = 0; i < repeat && !dialling.isEnding(); i++) {
      if (i > 0 && repeatDelay > 0) {
        long millis = Math.round(repeatDelay * 1000);
        dialling.await(
            new CompletableFuture<>().completeOnTimeout(true, millis, TimeUnit.MILLISECONDS));
      }
      if (!dialling.isEnding()) {
        dialling.await(publish(dialling, message, rate));
      }
    }
  }

  private CompletableFuture<?> publish(Dialling dialling, Message message, Rate rate) {
    return dialling
        .client()
        .publish(message)
        .result()
        .whenComplete((result, lost) -> told(dialling, result, lost, message, rate))
        .toCompletableFuture();
  }

  private void told(
      Dialling dialling,
      @Nullable PublishResult result,
      @Nullable Throwable lost,
      Message message,
      Rate rate) {
    if (lost != null || result == null) {
      if (!dialling.isEnding()) { // else it is told why
        telling.failure("a message is given up: " + (lost == null ? "" : lost.getMessage()));
        dialling.end(ExitCode.FAILED);
      }
      return;
    }
    rate.passed(message.payload().length);
    if (result.isRefused()) {
      String why = result.explanation().isEmpty() ? "" : " (" + result.explanation() + ")";
      telling.failure("the broker refused the message: " + Reasons.words(result.reason()) + why);
    } else {
      telling.step("published to " + message.topic() + ": " + Reasons.words(result.reason()));
    }
  }

  private void lines(Dialling dialling, Rate rate) {
    int permits = connection.qos() == Qos.AT_MOST_ONCE ? UNSENT_MAX : inFlight;
    Semaphore free = new Semaphore(permits);
    Semaphore room = new Semaphore(UNSENT_BYTES_MAX);
    Payloads.Lines lines = new Payloads.Lines(in);
    try {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        int size = Math.min(line.length, UNSENT_BYTES_MAX);
        free.acquire();
        room.acquire(size);
        if (dialling.isEnding()) {
          return;
        }
        publish(dialling, message(line), rate)
            .whenComplete(
                (done, lost) -> {
                  room.release(size);
                  free.release();
                });
      }
      free.acquire(permits);
    } catch (IOException unreadable) {
      telling.failure("the standard input cannot be read: " + unreadable.getMessage());
      dialling.end(ExitCode.FAILED);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      dialling.end(ExitCode.FAILED);
    }
  }
}
