package io.whimbrel.cli.mqtt;

import io.whimbrel.client.sn.DeviceMessage;
import io.whimbrel.client.sn.MqttSnException;
import io.whimbrel.client.sn.Topic;
import io.whimbrel.codec.Qos;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** {@code whimbrel sn pub}: each message waits for the one before. Used once, by one thread. */
final class DevicePublishing {
  private static final int SHORT_OCTETS = 2;

  private final Flags flags;
  private final InputStream in;
  private final Telling telling;
  private final Flag source;
  private final Topic topic;
  private final int qos;
  private final int repeat;
  private final double repeatDelay;
  private final byte[] payload;
  private final DeviceDialling dialling;

  /** Reads the flags, and may find a mistake in them. */
  DevicePublishing(Flags flags, Streams streams, Telling telling) {
    this.flags = flags;
    this.in = streams.in();
    this.telling = telling;
    qos = flags.number(Flag.SN_QOS, 0, -1, 2);
    topic = topic();
    source = Payloads.source(flags);
    repeat = flags.number(Flag.REPEAT, 1, 1, Integer.MAX_VALUE);
    repeatDelay = flags.fraction(Flag.REPEAT_DELAY, 0, 0, 1_000_000_000);
    dialling =
        new DeviceDialling(flags, telling, (message, answer) -> {}); // what comes is left there
    payload = Payloads.one(flags, source, in);
  }

  private Topic topic() {
    String name = flags.last(Flag.SN_TOPIC);
    boolean isId = flags.has(Flag.TOPIC_ID);
    if ((name == null) != isId) {
      throw new MistakeException("the topic is -t TOPIC or -T ID, and one of them");
    }
    if (name == null) {
      return Topic.predefined(flags.number(Flag.TOPIC_ID, 0, 1, DeviceDialling.ID_MAX));
    }
    if (qos < 0 && name.getBytes(StandardCharsets.UTF_8).length != SHORT_OCTETS) {
      throw new MistakeException("-q -1 needs -T ID, or a topic of two octets");
    }
    return DeviceDialling.topic(name, "-t");
  }

  int run() {
    try (dialling) {
      if (qos >= 0 && !dialling.connect()) {
        return dialling.ending().await();
      }
      if (source == Flag.LINES) {
        lines();
      } else {
        again();
      }
      dialling.ending().end(ExitCode.DONE);
      return dialling.ending().await();
    }
  }

  private void again() {
    for (int i = 0; i < repeat && !dialling.ending().isThere(); i++) {
      if (i > 0 && repeatDelay > 0) {
        dialling.ending().await(Math.round(repeatDelay * 1000));
      }
      publish(payload);
    }
  }

  private void lines() {
    Payloads.Lines lines = new Payloads.Lines(in);
    try {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        publish(line);
        if (dialling.ending().isThere()) {
          return;
        }
      }
    } catch (IOException unreadable) {
      telling.failure("the standard input cannot be read: " + unreadable.getMessage());
      dialling.ending().end(ExitCode.FAILED);
    }
  }

  private void publish(byte[] bytes) {
    if (dialling.ending().isThere()) {
      return;
    }
    try {
      dialling.ending().orDone(said(bytes));
      telling.step("published to " + topic);
    } catch (ExecutionException failed) {
      MqttSnException why = DeviceDialling.known(failed);
      if (why.kind() == MqttSnException.Kind.REFUSED) {
        telling.failure("the broker refused the message: " + DeviceDialling.words(why));
      } else if (!dialling.ending().isThere()) {
        telling.failure("a message is given up: " + why.getMessage());
        boolean lost = why.kind() == MqttSnException.Kind.DISCONNECTED;
        dialling.ending().end(lost ? ExitCode.CONNECTION_LOST : ExitCode.FAILED);
      }
    }
  }

  private CompletableFuture<Void> said(byte[] bytes) {
    DeviceMessage plain = DeviceMessage.of(topic, bytes);
    DeviceMessage message = flags.has(Flag.RETAIN) ? plain.retained() : plain;
    return qos < 0
        ? dialling.client().publishWithoutConnection(message)
        : dialling.client().publish(message.qos(Qos.of(qos)));
  }
}
