package io.whimbrel.server.sn;

import io.whimbrel.codec.sn.SnLineReader;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnPeer;
import java.util.Arrays;

/**
 * MQTT-SN over a serial line with one device, or one forwarder, at its other end: a UART, an RS-485
 * pair, a Bluetooth RFCOMM channel. Messages stand on it one behind the other, as their lengths say
 * (5.2.1). See {@link LineWay} for its threads.
 */
public final class SnSerial extends LineWay {
  private final Device device;
  private final SnLineReader reader; // of the line's thread

  /** The other end of the line. */
  private record Device(String address) implements SnPeer {}

  /** A link on which nothing has come so far. */
  public SnSerial(Shard shard, SnLinkConfig config, SnObserver observer) {
    this(SerialSettings.of(config), Parts.of(shard, config, observer));
  }

  SnSerial(SerialSettings serial, Parts parts) {
    super(serial, parts);
    this.device = new Device(serial.device());
    this.reader = new SnLineReader(serial.datagramBytesMax());
  }

  @Override
  void onBytes(byte[] bytes, int to) {
    long skipped = reader.skipped();
    reader.onBytes(
        bytes,
        0,
        to,
        (message, begin, end) -> received(device, Arrays.copyOfRange(message, begin, end)));
    malformed(reader.skipped() - skipped);
  }

  @Override
  void onSilence() {
    long skipped = reader.skipped();
    reader.onSilence();
    malformed(reader.skipped() - skipped);
  }

  @Override
  public void send(SnPeer to, byte[] datagram) {
    write(datagram);
  }

  /** To the one who is there. */
  @Override
  public void broadcast(byte[] datagram, int radius) {
    write(datagram);
  }
}
