package io.whimbrel.server.sn;

import io.whimbrel.codec.sn.XbeeMode;
import io.whimbrel.codec.sn.XbeeReader;
import io.whimbrel.codec.sn.XbeeWriter;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnPeer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * MQTT-SN over ZigBee or DigiMesh, by an XBee radio on a serial line that is in API mode: each
 * frame is a datagram, from or to a node that is told by its 64-bit address. What the radio could
 * not deliver is counted as dropped; devices and gateway ask again, as on any link. See {@link
 * LineWay} for its threads.
 */
public final class SnXbee extends LineWay {
  private static final HexFormat ADDRESS = HexFormat.of().withUpperCase();
  private static final int FRAME_IDS = 255;
  private static final int STATUS_BYTES = 16;

  private final XbeeMode mode;
  private final XbeeReader reader; // of the line's thread
  private final Hearing hearing = new Hearing();
  private int lastFrameId; // of the shard

  /** A node of the network. */
  private record Node(long number) implements SnPeer {
    @Override
    public String address() {
      return ADDRESS.toHexDigits(number);
    }
  }

  /** A link on which nothing has come so far. */
  public SnXbee(Shard shard, SnLinkConfig config, SnObserver observer) {
    this(SerialSettings.of(config), mode(config), Parts.of(shard, config, observer));
  }

  SnXbee(SerialSettings serial, XbeeMode mode, Parts parts) {
    super(serial, parts);
    this.mode = mode;
    this.reader = new XbeeReader(mode);
  }

  private static XbeeMode mode(SnLinkConfig config) {
    return config.line().apiMode() == 2 ? XbeeMode.ESCAPED : XbeeMode.PLAIN;
  }

  // ---------------------------------------------------------------- on the line's thread

  @Override
  void onBytes(byte[] bytes, int to) {
    long skipped = reader.skipped();
    reader.onBytes(bytes, 0, to, hearing);
    malformed(reader.skipped() - skipped);
  }

  @Override
  void onSilence() {
    long skipped = reader.skipped();
    reader.onSilence(hearing);
    malformed(reader.skipped() - skipped);
  }

  private final class Hearing implements XbeeReader.Frames {
    @Override
    public void onReceived(long from, int options, byte[] bytes, int begin, int end) {
      if (from == XbeeReader.UNKNOWN) { // may be of anybody, and cannot be answered
        post(STATUS_BYTES, () -> undelivered("the radio does not know whose it is"));
        return;
      }
      received(new Node(from), Arrays.copyOfRange(bytes, begin, end));
    }

    @Override
    public void onStatus(int frameId, int delivery) {
      if (delivery != 0) {
        String why =
            "the radio says that it was not delivered: " + ADDRESS.toHexDigits((byte) delivery);
        post(STATUS_BYTES, () -> undelivered(why));
      }
    }
  }

  // ---------------------------------------------------------------- in a turn

  @Override
  public void send(SnPeer to, byte[] datagram) {
    if (to instanceof Node node) {
      write(node.number(), 0, datagram);
    }
  }

  @Override
  public void broadcast(byte[] datagram, int radius) {
    write(XbeeWriter.BROADCAST, radius, datagram);
  }

  private void write(long to, int radius, byte[] datagram) {
    if (datagram.length > sizeMax()) {
      undelivered("it is longer than a packet of the radio");
      return;
    }
    lastFrameId = lastFrameId % FRAME_IDS + 1;
    write(XbeeWriter.transmit(mode, lastFrameId, to, radius, datagram));
  }
}
