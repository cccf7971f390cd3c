package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.PacketDecoder.Sender;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A PUBLISH written from its shared parts is the one its record says. */
final class PublishEncoderProperties {
  @Property(tries = 3_000)
  void partsMakeThePacket(@ForAll long seed, @ForAll ProtocolVersion version) {
    Random random = new Random(seed);
    Packet packet = Packets.packet(random, PacketType.PUBLISH, Sender.SERVER, version);
    Publish publish = (Publish) packet;
    Properties properties = publish.properties();
    long expiry = properties.number(PropertyId.MESSAGE_EXPIRY_INTERVAL, -1);
    int alias = (int) properties.number(PropertyId.TOPIC_ALIAS, 0);
    byte[] forwarded = PublishEncoder.forwarded(properties);
    int payloadLength = publish.payload().length;
    int[] ids = properties.subscriptionIdentifiers();
    ByteWriter out = new ByteWriter(8);
    PublishEncoder.writeHead(
        out,
        version,
        publish.dup(),
        publish.qos(),
        publish.retain(),
        publish.topic(),
        publish.packetId(),
        expiry,
        alias,
        ids,
        forwarded,
        payloadLength);
    out.putBytes(publish.payload(), 0, payloadLength);
    PacketDecoder decoder = new PacketDecoder(Sender.SERVER, Integer.MAX_VALUE);
    decoder.version(version);
    decoder.offer(out.array(), 0, out.size());

    assertThat(decoder.poll()).isEqualTo(publish);
    assertThat(out.size())
        .isEqualTo(
            PublishEncoder.length(
                version,
                publish.qos(),
                publish.topic().utf8().length,
                expiry,
                alias,
                ids,
                forwarded,
                payloadLength));
  }
}
