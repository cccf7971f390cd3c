package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.sn.XbeeMode;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.server.config.ListenerKind;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.Settings;
import io.whimbrel.server.sn.PtyPair;
import io.whimbrel.server.sn.Radio;
import io.whimbrel.server.sn.Radio.Sent;
import io.whimbrel.server.sn.SerialSettings;
import io.whimbrel.server.sn.SnSerial;
import io.whimbrel.server.sn.SnXbee;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnSettings;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** MQTT-SN over serial lines of the operating system, with a whole broker. */
@Timeout(180)
final class SnPtyTest {
  private static final long PUMP = 0x0013A200117D137EL;
  private static final long PANEL = 0x0013A20040522BAAL;
  private static final SnSettings SETTINGS =
      new SnSettings(1, 0, 10_000, 5, 50, 20, Map.of(1, "sn/one"), false, false, false);

  @TempDir Path directory;
  private final List<String> drops = new CopyOnWriteArrayList<>();
  private final List<String> malformed = new CopyOnWriteArrayList<>();
  private final SnObserver observer =
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
  private PtyPair pair;
  private Assembly assembly;

  @BeforeEach
  void start() throws Exception {
    pair = new PtyPair(directory);
    Map<String, String> settings =
        Map.of(
            "listeners.tcp-port", "any",
            "listeners.websocket-port", "0",
            "http.port", "0",
            "data-dir", directory.resolve("data").toString());
    EffectiveConfig config = new EffectiveConfig(ServerConfig.of(settings), Settings.defaults());
    assembly = Assembly.of(config, ConfigSource.of(config), why -> {});
    assembly.listen();
  }

  @AfterEach
  void stop() throws Exception {
    if (assembly != null) {
      assembly.stop();
    }
    if (pair != null) {
      pair.close();
    }
  }

  private Shard shard() {
    return assembly.broker().shards().get(0);
  }

  private int port() {
    return assembly.listening().stream()
        .filter(one -> one.kind() == Listening.Kind.TCP)
        .findFirst()
        .orElseThrow()
        .port();
  }

  private SnSerial serial() {
    SerialSettings line = new SerialSettings(pair.broker().toString(), 115_200, false, 65_535);
    SnSerial link =
        new SnSerial(
            shard(), line, SETTINGS, observer, ListenerKind.SN.word(), DurabilityLevel.DISK);
    link.start();
    return link;
  }

  private SnXbee xbee(XbeeMode mode) {
    SerialSettings line = new SerialSettings(pair.broker().toString(), 9_600, false, 72);
    SnXbee link =
        new SnXbee(
            shard(), line, mode, SETTINGS, observer, ListenerKind.SN.word(), DurabilityLevel.DISK);
    link.start();
    return link;
  }

  /** The other end of the line, as a file. */
  private static final class Device implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private final FileOutputStream out;
    private final FileInputStream in;
    private final LinkedBlockingQueue<Integer> heard = new LinkedBlockingQueue<>();

    Device(Path line) throws IOException {
      out = new FileOutputStream(line.toFile());
      in = new FileInputStream(line.toFile());
      Thread reader = new Thread(this::read, "device");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try {
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
          heard.add(octet);
        }
      } catch (IOException gone) {
        heard.clear();
      }
    }

    Device says(String hex) throws IOException {
      return says(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    Device says(byte[] octets) throws IOException {
      out.write(octets);
      return this;
    }

    int next() throws InterruptedException {
      Integer octet = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(octet).as("nothing comes").isNotNull();
      return octet;
    }

    Device hears(String hex) throws InterruptedException {
      String wanted = hex.replace(" ", "");
      StringBuilder got = new StringBuilder();
      while (got.length() < wanted.length()) {
        got.append(HexFormat.of().toHexDigits((byte) next()));
      }
      assertThat(got).hasToString(wanted);
      return this;
    }

    @Override
    public void close() throws IOException {
      out.close(); // and in when the line is gone: nothing else ends a read
    }
  }

  @Test
  void aDeviceOnALineIsAClientLikeAnyOther() throws Exception {
    SnSerial link = serial();
    try (Device pump = new Device(pair.device());
        RawClient panel = RawClient.connected(port(), ProtocolVersion.MQTT_5, "panel")) {
      pump.says("0a0404 01003c 70756d70").hears("030500");
      pump.says("090a 0000 0001 612f62").hears("070b 0001 0001 00");
      panel.subscribe("a/b", Qos.AT_LEAST_ONCE);
      pump.says("0a0c20 0001 0002 3231 33").hears("070d 0001 0002 00");
      Publish heard = panel.read(Publish.class);
      assertThat(heard.topic()).hasToString("a/b");
      assertThat(new String(heard.payload(), StandardCharsets.UTF_8)).isEqualTo("213");

      pump.says("081220 0003 632f2b").hears("081320 0000 0003 00");
      panel.publish("c/d", "on".getBytes(StandardCharsets.UTF_8), Qos.AT_MOST_ONCE, 0);
      pump.hears("090a 0002 0001 632f64").says("070b 0002 0001 00");
      pump.hears("090c00 0002 0000 6f6e");
      assertThat(drops).isEmpty();
      assertThat(malformed).isEmpty();

      assembly.stop();
      link.stop();
      pump.hears("0218");
    }
  }

  @Test
  void aLineThatIsUnpluggedGoesOnWhenItIsBack() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.listeners")) {
      SnSerial link = serial();
      try (Device before = new Device(pair.device())) {
        before.says("0a0404 01003c 70756d70").hears("030500");
        before.says("080c21 0001 0002 31").hears("070d 0001 0002 00");
      }
      pair.unplug();
      log.await("WARN sn on " + pair.broker() + ": the device is gone");
      log.await("WARN sn on " + pair.broker() + ": there is no such device");
      pair.plug();
      try (Device after = new Device(pair.device())) {
        after.says("080c21 0001 0003 31").hears("070d 0001 0003 00"); // without another CONNECT
      }
      link.stop();
    }
  }

  @ParameterizedTest
  @EnumSource(XbeeMode.class)
  void twoDevicesOnARadioTalkToEachOther(XbeeMode mode) throws Exception {
    SnXbee link = xbee(mode);
    Radio radio = new Radio(mode);
    try (Device line = new Device(pair.device())) {
      line.says("0011ff").says(radio.received(PUMP, "0a0404 01003c 70756d70"));
      assertThat(radio.sent(line::next)).isEqualTo(new Sent(PUMP, 0, 1, "030500"));
      for (byte octet : radio.received(PANEL, "0b0404 01003c 70616e656c")) {
        line.says(new byte[] {octet});
      }
      assertThat(radio.sent(line::next)).isEqualTo(new Sent(PANEL, 0, 2, "030500"));
      line.says(radio.received(PUMP, "071221 0001 0001"));
      assertThat(radio.sent(line::next)).isEqualTo(new Sent(PUMP, 0, 3, "0813200001000100"));

      byte[] wrong = radio.received(PANEL, "0218");
      wrong[wrong.length - 1] ^= 1;
      line.says(wrong).says("ff00").says(radio.frame("8b 03 fffe 00 21 00"));
      line.says(radio.received(PANEL, "0b0c21 0001 0007 7e7d1113"));
      Sent first = radio.sent(line::next);
      Sent second = radio.sent(line::next);
      assertThat(List.of(first.frameId(), second.frameId())).containsExactly(4, 5);
      assertThat(Map.of(first.to(), first.datagram(), second.to(), second.datagram()))
          .isEqualTo(Map.of(PUMP, "0b0c21000100017e7d1113", PANEL, "070d0001000700"));
      assertThat(drops).containsExactly("the radio says that it was not delivered: 21");
      assertThat(malformed).isNotEmpty();
    } finally {
      link.stop();
    }
  }
}
