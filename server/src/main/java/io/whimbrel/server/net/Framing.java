package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;

/**
 * How bytes of MQTT stand in the stream of a transport; packets and frames know nothing of each
 * other [MQTT-6.0.0-2]. Owned by the loop of its peer.
 */
public interface Framing {
  /** The stream is MQTT and nothing else. */
  Framing NONE =
      new Framing() {
        @Override
        public void read(byte[] bytes, int from, int to, ChannelPeer peer) {
          peer.received(bytes, from, to);
        }

        @Override
        public int headBytesMax() {
          return 0;
        }

        @Override
        public void writeHead(ByteBuf out, int length) {}

        @Override
        public void writeFarewell(ByteBuf out) {}
      };

  /** Takes what came from the network, hands on what of it is MQTT; may change the bytes. */
  void read(byte[] bytes, int from, int to, ChannelPeer peer);

  /** The most that {@link #writeHead} writes. */
  int headBytesMax();

  /** Writes what stands before so many bytes of MQTT. */
  void writeHead(ByteBuf out, int length);

  /** Writes what stands behind the last of them. */
  void writeFarewell(ByteBuf out);
}
