package io.whimbrel.server.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.sn.XbeeMode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.shard.ShardMail;
import io.whimbrel.line.Line;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A link over lines in memory, with a broker in virtual time, whose turns the test runs. */
final class VirtualLine implements AutoCloseable {
  static final SerialSettings WIDE = new SerialSettings("/dev/ttyTEST", 115_200, false, 1_000);
  private static final long PATIENCE_SECONDS = 60;

  final VirtualBroker broker = new VirtualBroker();
  final List<String> drops = new ArrayList<>();
  final List<String> malformed = new ArrayList<>();
  final LineWay link;
  private final LinkedBlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<MemoryLine> devices = new LinkedBlockingQueue<>();
  private MemoryLine line = new MemoryLine();

  private VirtualLine(SnSettings settings, Function<LineWay.Parts, LineWay> made) {
    SnObserver observer =
        new SnObserver() {
          @Override
          public void dropped(String clientId, String why) {
            drops.add(why);
          }

          @Override
          public void malformed(String why) {
            malformed.add(why);
          }
        };
    link =
        made.apply(
            new LineWay.Parts(
                broker.broker().shards().get(0),
                turns::add,
                this::open,
                10,
                settings,
                observer,
                "sn-line",
                DurabilityLevel.DISK,
                "sn-line-1"));
    link.start();
  }

  static VirtualLine serial(SnSettings settings) {
    return new VirtualLine(settings, parts -> new SnSerial(WIDE, parts));
  }

  static VirtualLine xbee(XbeeMode mode, SnSettings settings) {
    SerialSettings serial = new SerialSettings("/dev/ttyTEST", 9_600, false, 72);
    return new VirtualLine(settings, parts -> new SnXbee(serial, mode, parts));
  }

  private Line open() throws IOException {
    MemoryLine here = devices.poll();
    if (here == null) {
      throw new IOException("there is no such device");
    }
    return here;
  }

  /** A device is plugged in; waits until the link has it open. */
  VirtualLine plugged() throws InterruptedException {
    line = new MemoryLine();
    devices.add(line);
    await("the line is open", turns); // the gateway says that it is there
    return this;
  }

  private static void await(String what, LinkedBlockingQueue<Runnable> turns)
      throws InterruptedException {
    Runnable next = turns.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(next).as(what).isNotNull();
    turns.add(next);
  }

  MemoryLine line() {
    return line;
  }

  /** The next task of the link's thread is there. */
  void awaitTask() throws InterruptedException {
    await("a task of the link", turns);
  }

  /** The shard does what it was told so far. */
  VirtualLine turn() {
    for (Runnable next = turns.poll(); next != null; next = turns.poll()) {
      broker.post(0, new ShardMail.Run(next));
      broker.run();
    }
    broker.run();
    return this;
  }

  /** Devices of the gateway, and conversations that begin. */
  int devices() {
    return link.devices();
  }

  int tasks() {
    return turns.size();
  }

  VirtualLine says(String hex) throws InterruptedException {
    return says(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  VirtualLine says(byte[] octets) throws InterruptedException {
    line.says(octets);
    return turn();
  }

  VirtualLine silence() throws InterruptedException {
    line.silence();
    return turn();
  }

  /** The next writes are these. */
  VirtualLine hears(String... hex) throws InterruptedException {
    for (String each : hex) {
      assertThat(HexFormat.of().formatHex(line.hears())).isEqualTo(each.replace(" ", ""));
    }
    return this;
  }

  VirtualLine lets(long millis) {
    broker.pass(millis);
    return this;
  }

  @Override
  public void close() {
    line.ending();
    link.stop();
  }
}
