package io.whimbrel.bench;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.PublishEncoder;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** PUBLISH from bytes and to bytes, a hundred at a time. */
@State(Scope.Thread)
public class CodecBench {
  private static final int PACKETS = 100;
  private static final int PACKET_SIZE_MAX = 1024 * 1024;

  /** Bytes of a payload. */
  @Param({"64", "16384"})
  public int payload;

  private final PacketDecoder decoder =
      new PacketDecoder(PacketDecoder.Sender.CLIENT, PACKET_SIZE_MAX);
  private final ByteWriter out = new ByteWriter(4096);
  private final TopicName topic = TopicName.of("plant/7/line/3/temperature");
  private byte[] packets = {};
  private byte[] content = {};

  /** Makes what is decoded. */
  @Setup
  public void prepare() {
    decoder.version(ProtocolVersion.MQTT_3_1_1);
    content = new byte[payload];
    packets =
        HotPath.publishes(
            ProtocolVersion.MQTT_3_1_1, topic.toString(), Qos.AT_LEAST_ONCE, payload, PACKETS);
  }

  /** Bytes to packets. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public void decode(Blackhole hole) {
    decoder.offer(packets, 0, packets.length);
    for (Packet packet = decoder.poll(); packet != null; packet = decoder.poll()) {
      hole.consume(packet);
    }
  }

  /** Packets to bytes. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public int encode() {
    out.truncate(0);
    for (int i = 1; i <= PACKETS; i++) {
      PublishEncoder.writeHead(
          out,
          ProtocolVersion.MQTT_3_1_1,
          false,
          Qos.AT_LEAST_ONCE,
          false,
          topic,
          i,
          -1,
          0,
          new int[0],
          new byte[0],
          payload);
      out.putBytes(content, 0, payload);
    }
    return out.size();
  }
}
