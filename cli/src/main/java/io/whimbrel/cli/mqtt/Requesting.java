package io.whimbrel.cli.mqtt;

import io.whimbrel.cli.mqtt.PropertyWords.Place;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.PublishResult;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.SubscribeResult;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.RetainHandling;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * {@code whimbrel request}: subscribes to where the response comes, publishes, prints the first
 * message that comes there. Used once.
 */
final class Requesting {
  private final Flags flags;
  private final Connection connection;
  private final Telling telling;
  private final Printing printing;
  private final Message request;
  private final Subscription response;
  private final int wait;
  private @Nullable Dialling dialling;

  /** Reads the flags, and may find a mistake in them. */
  Requesting(Flags flags, Streams streams, Telling telling) {
    this.flags = flags;
    this.telling = telling;
    connection = Connection.of(flags);
    printing = new Printing(flags, streams.out(), telling);
    wait = flags.number(Flag.WAIT, 0, 1, Integer.MAX_VALUE);
    String to =
        flags
            .text(Flag.RESPONSE)
            .orElseThrow(() -> new MistakeException("where does the response come? -e TOPIC"));
    Connection.message(to, "-e");
    response =
        new Subscription(
            to,
            connection.qos(),
            false,
            flags.has(Flag.RETAIN_AS_PUBLISHED),
            flags.has(Flag.NO_RETAINED) ? RetainHandling.DO_NOT_SEND : RetainHandling.SEND);
    Message.Builder builder = Connection.message(connection.topic(), "-t").properties(said(to));
    Flag source = Payloads.source(flags);
    byte[] payload = Payloads.one(flags, source, streams.in());
    request = builder.payload(payload).qos(connection.qos()).build();
  }

  private Properties said(String to) {
    Properties said = connection.at(Place.PUBLISH);
    if (said.has(PropertyId.RESPONSE_TOPIC)) {
      throw new MistakeException("the response topic is said with -e alone");
    }
    return connection.version().isFive()
        ? said.toBuilder().set(PropertyId.RESPONSE_TOPIC, to).build()
        : said;
  }

  int run() {
    MqttClientBuilder builder =
        connection.builder().acknowledgeByHand().withoutReconnecting().receiveMaximum(1);
    try (Dialling to = new Dialling(connection, telling, builder, this::onMessage)) {
      dialling = to;
      to.limit(wait);
      if (to.connect()) {
        to.client()
            .subscribe(connection.at(Place.SUBSCRIBE), response)
            .whenComplete((result, lost) -> onSubscribed(to, result, lost));
      }
      return to.await();
    }
  }

  private void onSubscribed(
      Dialling to, @Nullable SubscribeResult result, @Nullable Throwable lost) {
    if (result != null && result.isGranted()) {
      telling.step("subscribed " + response.filter());
      to.client()
          .publish(request)
          .result()
          .whenComplete((published, failed) -> onPublished(published));
      return;
    }
    if (to.isEnding()) {
      return; // which was told
    }
    Throwable cause = lost == null || lost.getCause() == null ? lost : lost.getCause();
    String why =
        result == null
            ? cause == null ? "no answer" : String.valueOf(cause.getMessage())
            : Reasons.words(result.reasons().get(0));
    telling.failure("cannot subscribe to " + response.filter() + ": " + why);
    to.end(result == null ? ExitCode.CONNECTION_LOST : ExitCode.DONE);
  }

  private void onPublished(@Nullable PublishResult result) {
    if (result != null && result.isRefused()) {
      telling.failure("the broker refused the request: " + Reasons.words(result.reason()));
    }
  }

  private void onMessage(ReceivedMessage message) {
    Dialling to = dialling;
    if (to == null || to.isEnding() || !message.topic().equals(response.filter())) {
      return;
    }
    boolean unwanted = flags.has(Flag.NO_RETAINED) && message.message().retain();
    try {
      if (!unwanted) {
        printing.print(message);
      }
    } catch (IOException closed) {
      to.end(ExitCode.FAILED);
      return;
    }
    message.acknowledge();
    if (!unwanted) {
      to.end(ExitCode.DONE);
    }
  }
}
