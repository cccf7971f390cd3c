package io.whimbrel.examples;

import io.whimbrel.client.BlockingClient;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A light and its switch. The state of the light is retained, so that a switch that comes later
 * knows it at once; when the light loses its power, the broker publishes its will.
 */
public final class SmartHome {
  private static final String COMMAND = "home/hall/light/set";
  private static final String STATE = "home/hall/light/state";
  private static final long SECONDS_MAX = 30;

  private SmartHome() {}

  /** The light, in a process of its own, since nothing else can lose its power. */
  static final class Light {
    private Light() {}

    /** Shines, or not, until it is killed. */
    public static void main(String[] args) throws InterruptedException {
      Message lost = Message.to(STATE).payload("unreachable").retain().build();
      try (MqttClient light = MqttClient.to(args[0]).clientId("light").will(lost).build()) {
        light.handle(COMMAND, command -> light.publish(state(command.text())));
        BlockingClient blocking = light.blocking();
        blocking.connect();
        blocking.subscribe(Subscription.of(COMMAND, Qos.AT_LEAST_ONCE));
        blocking.publish(state("off"));
        Thread.currentThread().join(); // for ever
      }
    }

    private static Message state(String now) {
      return Message.to(STATE).payload(now).retain().build();
    }
  }

  /** Its argument is the broker, mqtt://localhost where there is none. */
  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println(run(args.length == 0 ? "mqtt://localhost" : args[0]));
  }

  static String run(String broker) throws IOException, InterruptedException {
    BlockingQueue<String> states = new LinkedBlockingQueue<>();
    Process light = light(broker);
    try (MqttClient button = MqttClient.to(broker).build()) {
      button.handle(STATE, state -> states.add(state.text()));
      BlockingClient blocking = button.blocking();
      blocking.connect();
      blocking.subscribe(Subscription.of(STATE, Qos.AT_LEAST_ONCE));
      await("off", states);

      blocking.publish(Message.of(COMMAND, "on"));
      await("on", states);
      String known = later(broker);

      light.destroyForcibly();
      await("unreachable", states);
      blocking.publish(Message.to(STATE).retain().build()); // empty: nothing is retained any more
      return "The light was off, then on; a switch that came later saw \""
          + known
          + "\" at once. Its power was cut, and the broker said \"unreachable\".";
    } finally {
      light.destroyForcibly();
    }
  }

  private static Process light(String broker) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Light.class.getName(),
            broker)
        .inheritIO()
        .start();
  }

  /** What another switch sees at first. */
  private static String later(String broker) throws InterruptedException {
    BlockingQueue<String> states = new LinkedBlockingQueue<>();
    try (MqttClient another = MqttClient.to(broker).build()) {
      another.handle(STATE, state -> states.add(state.text()));
      another.blocking().connect();
      another.blocking().subscribe(Subscription.of(STATE, Qos.AT_LEAST_ONCE));
      return next(states);
    }
  }

  private static void await(String wanted, BlockingQueue<String> states)
      throws InterruptedException {
    String state = next(states);
    while (!state.equals(wanted)) { // what is retained may be of an earlier run
      state = next(states);
    }
  }

  private static String next(BlockingQueue<String> states) throws InterruptedException {
    String state = states.poll(SECONDS_MAX, TimeUnit.SECONDS);
    if (state == null) {
      throw new IllegalStateException("the light has not said anything for a while");
    }
    return state;
  }
}
