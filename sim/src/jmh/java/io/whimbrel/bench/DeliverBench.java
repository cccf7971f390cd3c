package io.whimbrel.bench;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static io.whimbrel.codec.Qos.AT_LEAST_ONCE;
import static io.whimbrel.codec.Qos.AT_MOST_ONCE;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The whole way of a message through the broker but for the sockets: decoded, matched, delivered,
 * encoded, acknowledged. One operation is one delivery.
 */
@State(Scope.Thread)
public class DeliverBench {
  private final Traffic fanIn = Traffic.fanIn(50, AT_MOST_ONCE, 32);
  private final Traffic fanOut0 = Traffic.fanOut(500, AT_MOST_ONCE, 32);
  private final Traffic fanOut1 = Traffic.fanOut(500, AT_LEAST_ONCE, 32);
  private final Traffic pairs0 = Traffic.pairs(MQTT_3_1_1, 100, AT_MOST_ONCE, 64);
  private final Traffic pairs1 = Traffic.pairs(MQTT_3_1_1, 100, AT_LEAST_ONCE, 64);
  private final Traffic pairs1Five = Traffic.pairs(MQTT_5, 100, AT_LEAST_ONCE, 64);

  /** 50 publishers to one subscriber, QoS 0. */
  @Benchmark
  @OperationsPerInvocation(500)
  public long fanInQos0() {
    return fanIn.run();
  }

  /** One publisher to 500 subscribers, QoS 0. */
  @Benchmark
  @OperationsPerInvocation(5000)
  public long fanOutQos0() {
    return fanOut0.run();
  }

  /** One publisher to 500 subscribers, QoS 1. */
  @Benchmark
  @OperationsPerInvocation(5000)
  public long fanOutQos1() {
    return fanOut1.run();
  }

  /** 100 publishers with a subscriber each, QoS 0. */
  @Benchmark
  @OperationsPerInvocation(1000)
  public long pairsQos0() {
    return pairs0.run();
  }

  /** 100 publishers with a subscriber each, QoS 1. */
  @Benchmark
  @OperationsPerInvocation(1000)
  public long pairsQos1() {
    return pairs1.run();
  }

  /** 100 publishers with a subscriber each, QoS 1, MQTT 5.0. */
  @Benchmark
  @OperationsPerInvocation(1000)
  public long pairsQos1Mqtt5() {
    return pairs1Five.run();
  }
}
