package io.whimbrel.cli.mqtt;

import io.whimbrel.client.sn.Acknowledgement;
import io.whimbrel.client.sn.DeviceMessage;
import io.whimbrel.client.sn.MqttSnClient;
import io.whimbrel.client.sn.MqttSnClientBuilder;
import io.whimbrel.client.sn.MqttSnException;
import io.whimbrel.client.sn.MqttSnListener;
import io.whimbrel.client.sn.Topic;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.sn.SnReturnCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The MQTT-SN client of a tool, and how the tool ends. For any thread. */
final class DeviceDialling implements MqttSnListener, AutoCloseable {
  static final int ID_MAX = 65_534;

  /** Whatever the broker does, a tool that is done ends. */
  private static final int GOODBYE_SECONDS = 5;

  private final Telling telling;
  private final Ending ending;
  private final MqttSnClient client;
  private final String address;
  private final String advice;
  private volatile boolean connected;

  /**
   * A tool that is not connected yet.
   *
   * @param taker takes the messages that come
   * @throws MistakeException the flags cannot be done
   */
  DeviceDialling(Flags flags, Telling telling, BiConsumer<DeviceMessage, Acknowledgement> taker) {
    this.telling = telling;
    this.ending = new Ending(telling);
    DeviceWay way = DeviceWay.of(flags);
    address = way.address();
    advice = way.advice();
    MqttSnClientBuilder builder =
        MqttSnClient.over(way.transport())
            .clientId(Connection.clientId(flags))
            .keepAlive(Duration.ofSeconds(flags.number(Flag.KEEP_ALIVE, 60, 5, 65_535)))
            .onMessage(taker)
            .listener(this);
    if (flags.has(Flag.KEEP_SESSION)) {
      if (!flags.has(Flag.ID)) {
        throw new MistakeException("-c needs a Client Identifier: -i");
      }
      builder.keepSession();
    }
    DeviceMessage will = will(flags);
    client = (will == null ? builder : builder.will(will)).build();
  }

  private static @Nullable DeviceMessage will(Flags flags) {
    String topic = flags.last(Flag.WILL_TOPIC);
    if (topic == null) {
      Connection.checkNoWill(flags);
      return null;
    }
    byte[] payload = flags.text(Flag.WILL_PAYLOAD).orElse("").getBytes(StandardCharsets.UTF_8);
    DeviceMessage will =
        DeviceMessage.of(topic(topic, "--will-topic"), payload)
            .qos(Qos.of(flags.number(Flag.WILL_QOS, 0, 0, 2)));
    return flags.has(Flag.WILL_RETAIN) ? will.retained() : will;
  }

  /**
   * A topic by its name.
   *
   * @throws MistakeException that is none
   */
  static Topic topic(String name, String said) {
    try {
      return Topic.of(name);
    } catch (IllegalArgumentException wrong) {
      throw new MistakeException(said + " is " + wrong.getMessage());
    }
  }

  MqttSnClient client() {
    return client;
  }

  Ending ending() {
    return ending;
  }

  // ---------------------------------------------------------------- the connection

  /** Whether the broker let the client in; else the tool is told to end, and why. */
  boolean connect() {
    telling.step("connecting to " + address + " as " + client.clientId());
    try {
      CompletableFuture<Void> asked = client.connect();
      ending.orDone(asked);
      connected = asked.isDone();
    } catch (ExecutionException failed) {
      refused(known(failed));
    }
    if (connected) {
      telling.step("connected to " + address);
    }
    return connected;
  }

  private void refused(MqttSnException why) {
    if (why.kind() == MqttSnException.Kind.REFUSED) {
      telling.failure("the broker refused the connection: " + words(why));
      ending.end(why.returnCode().map(SnReturnCode::code).orElse(ExitCode.FAILED));
    } else {
      telling.failure("cannot connect to " + address + ": " + why.getMessage() + advice);
      ending.end(ExitCode.FAILED);
    }
  }

  /** What a future of the client has failed with. */
  static MqttSnException known(ExecutionException failed) {
    if (failed.getCause() instanceof MqttSnException known) {
      return known;
    }
    throw new IllegalStateException(failed.getCause());
  }

  /** What was refused, in words: the return code (5.3.10). */
  static String words(MqttSnException why) {
    return switch (why.returnCode().orElse(SnReturnCode.ACCEPTED)) {
      case ACCEPTED -> String.valueOf(why.getMessage());
      case CONGESTION -> "congestion, it may take it later";
      case INVALID_TOPIC_ID -> "it knows no such topic id";
      case NOT_SUPPORTED -> "not supported, or not authorized";
    };
  }

  @Override
  public void onLost(MqttSnException why) {
    if (!ending.isThere()) {
      telling.failure("the connection is lost: " + why.getMessage());
      ending.end(ExitCode.CONNECTION_LOST);
    }
  }

  @Override
  public void onDropped() {
    telling.failure("a message of QoS 0 is dropped: it came faster than it is printed");
  }

  @Override
  public void onHandlerFailed(DeviceMessage message, Throwable failure) {
    telling.failure("a message cannot be printed: " + failure);
    ending.end(ExitCode.FAILED);
  }

  @Override
  public void close() {
    if (client.isActive()) { // else closing says it without waiting
      try {
        client.disconnect().get(GOODBYE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException gone) {
        telling.step("no answer to the goodbye");
      }
    }
    client.close();
  }
}
