package io.whimbrel.cli.mqtt;

import io.whimbrel.codec.Qos;
import java.util.Locale;

/**
 * What {@code whimbrel bench} is to do, within limits. Immutable.
 *
 * @param ramp connections begun each second
 * @param rate messages each second of all clients, 0 for as fast as they are acknowledged
 * @param messages after which it ends, 0 for when the time is over
 * @param topic with %i for the number of the client
 */
record BenchPlan(
    Mode mode,
    int clients,
    int ramp,
    int rate,
    int size,
    int seconds,
    int messages,
    int inFlight,
    Qos qos,
    String topic) {
  private static final int IN_FLIGHT_MAX = 1_000;
  private static final int SIZE_MAX = 16 * 1024 * 1024;

  /** What is measured. */
  enum Mode {
    CONNECTIONS,
    PUB,
    SUB,
    ROUNDTRIP;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Mode of(String word) {
      for (Mode each : values()) {
        if (each.word().equals(word)) {
          return each;
        }
      }
      throw new MistakeException(
          "bench what? whimbrel bench connections, pub, sub or roundtrip"
              + (word.isEmpty() ? "" : ", not '" + word + "'"));
    }

    boolean publishes() {
      return this == PUB || this == ROUNDTRIP;
    }

    boolean subscribes() {
      return this == SUB || this == ROUNDTRIP;
    }
  }

  /**
   * Reads the flags.
   *
   * @throws MistakeException they cannot be done
   */
  static BenchPlan of(Mode mode, Flags flags, Connection connection) {
    BenchPlan plan =
        new BenchPlan(
            mode,
            flags.number(Flag.CLIENTS, 10, 1, 10_000),
            flags.number(Flag.RAMP, 100, 1, 100_000),
            flags.number(Flag.EACH_SECOND, 0, 1, 1_000_000),
            flags.number(Flag.SIZE, 64, 0, SIZE_MAX),
            flags.number(Flag.DURATION, 10, 1, 3_600),
            flags.number(Flag.MESSAGES, 0, 1, 1_000_000_000),
            flags.number(Flag.WINDOW, 20, 1, IN_FLIGHT_MAX),
            connection.qos(),
            connection.topics().isEmpty() ? "whimbrel/bench/%i" : connection.topic());
    if (mode == Mode.ROUNDTRIP && plan.size < Stamps.BYTES) {
      throw new MistakeException("roundtrip needs --size " + Stamps.BYTES + " or more");
    }
    if (mode == Mode.ROUNDTRIP && plan.clients > 1 && !plan.topic.contains("%i")) {
      throw new MistakeException("roundtrip needs %i in -t: a topic for each client");
    }
    if (mode != Mode.SUB) {
      Connection.message(plan.topic(1), "-t");
    }
    return plan;
  }

  String topic(int client) {
    return topic.replace("%i", Integer.toString(client));
  }
}
