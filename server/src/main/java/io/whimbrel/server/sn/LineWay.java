package io.whimbrel.server.sn;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.line.Line;
import io.whimbrel.line.SerialPortLine;
import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.sn.SnGateway;
import io.whimbrel.sn.SnLink;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnPeer;
import io.whimbrel.sn.SnSettings;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Datagrams of a serial line, as tasks of a shard's turns. What the shard has not taken yet is
 * bounded, as is what the line has not: more is dropped and counted, and nobody waits. Its gateway
 * and what is sent are owned by the shard; what comes is the line's thread's.
 */
public abstract class LineWay implements SnLink {
  /** What may wait for the shard, octets of datagrams and {@link #OVERHEAD} for each. */
  static final int WAITING_BYTES_MAX = 256 * 1024;

  /** How long a device that is not there is left alone. */
  static final long RETRY_MILLIS = 3_000;

  private static final int OVERHEAD = 64;

  private final Consumer<Runnable> turns;
  private final SnObserver observer;
  private final SnGateway gateway;
  private final KeptLine line;
  private final int sizeMax;
  private final AtomicInteger waitingBytes = new AtomicInteger();

  // Of the line's thread.
  private int untaken; // datagrams that found no room, of which the shard does not know
  private long strange; // octets, likewise

  /** What a link is made of. */
  record Parts(
      Shard shard,
      Consumer<Runnable> turns,
      Line.Opener opener,
      long retryMillis,
      SnSettings settings,
      SnObserver observer,
      String name,
      DurabilityLevel durability,
      String speaker) {

    /** Those of a serial port. */
    static Parts of(Shard shard, SnLinkConfig config, SnObserver observer) {
      SerialSettings serial = SerialSettings.of(config);
      return new Parts(
          shard,
          shard::post,
          () -> SerialPortLine.open(serial.device(), serial.baud(), serial.rtsCts()),
          RETRY_MILLIS,
          config.settings(),
          observer,
          config.kind().listener().word(),
          config.durability(),
          config.title(shard.shard()));
    }
  }

  LineWay(SerialSettings serial, Parts parts) {
    this.turns = parts.turns();
    this.observer = parts.observer();
    this.sizeMax = serial.datagramBytesMax();
    this.gateway =
        new SnGateway(
            parts.shard(),
            this,
            parts.settings(),
            parts.observer(),
            parts.name(),
            parts.durability(),
            parts.speaker());
    this.line = new KeptLine(serial.device(), parts.opener(), parts.retryMillis(), new Receiving());
  }

  /** Opens the line as soon as its device is there; from any thread, once. */
  public void start() {
    line.start();
  }

  /**
   * Closes the line, behind what was sent last; from any thread but that of the shard, which may
   * have ended.
   */
  public void stop() {
    line.stop();
  }

  @Override
  public int sizeMax() {
    return sizeMax;
  }

  /** Devices, and conversations that begin; in a turn. */
  int devices() {
    return gateway.devices();
  }

  // ---------------------------------------------------------------- on the line's thread

  /** Octets came, from 0 to this; the array is valid until this returns. */
  abstract void onBytes(byte[] bytes, int to);

  /** Nothing came for a while. */
  abstract void onSilence();

  /** A datagram came, which is the shard's from now on. */
  final void received(SnPeer from, byte[] datagram) {
    int octets = datagram.length + OVERHEAD;
    if (!post(octets, () -> gateway.onDatagram(from, datagram, 0, datagram.length))) {
      untaken++;
    }
  }

  /** So many octets, or frames, that are no message came. */
  final void malformed(long more) {
    strange += more;
  }

  /** Does it in a turn, unless too much waits for one already. */
  final boolean post(int octets, Runnable action) {
    if (waitingBytes.get() > 0 && waitingBytes.get() + octets > WAITING_BYTES_MAX) {
      return false;
    }
    waitingBytes.addAndGet(octets);
    turns.accept(
        () -> {
          waitingBytes.addAndGet(-octets);
          action.run();
        });
    return true;
  }

  private void report() {
    int dropped = untaken;
    long skipped = strange;
    if ((dropped > 0 || skipped > 0) && post(OVERHEAD, () -> tell(dropped, skipped))) {
      untaken = 0;
      strange = 0;
    }
  }

  private final class Receiving implements KeptLine.Receiver {
    @Override
    public void onOpen() {
      turns.accept(gateway::start); // it is there, or there again
    }

    @Override
    public void onBytes(byte[] bytes, int to) {
      LineWay.this.onBytes(bytes, to);
      report();
    }

    @Override
    public void onSilence() {
      LineWay.this.onSilence();
      report();
    }

    @Override
    public void onLost(int unwritten) {
      LineWay.this.onSilence();
      report();
      turns.accept(() -> dropped(unwritten, "the line is lost"));
    }
  }

  // ---------------------------------------------------------------- in a turn

  private void tell(int dropped, long skipped) {
    dropped(dropped, "it came while the broker was behind");
    if (skipped > 0) {
      observer.malformed("5.2.1: " + skipped + " octets on the line are no message");
    }
  }

  private void dropped(int datagrams, String why) {
    for (int i = 0; i < datagrams; i++) {
      observer.dropped("", why);
    }
  }

  /** A datagram did not reach its device. */
  final void undelivered(String why) {
    observer.dropped("", why);
  }

  /** Sends these octets, or drops them where the line is behind or lost. */
  final void write(byte[] octets) {
    if (!line.write(octets)) {
      observer.dropped("", "the line is behind, or lost");
    }
  }
}
