package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.sn.XbeeMode;
import io.whimbrel.line.PtyPair;
import io.whimbrel.server.sn.Radio;
import io.whimbrel.server.sn.Radio.Sent;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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

  @TempDir Path directory;
  private PtyPair pair;

  @BeforeEach
  void plugIn() throws Exception {
    pair = new PtyPair(directory);
  }

  @AfterEach
  void unplug() throws Exception {
    if (pair != null) {
      pair.close();
    }
  }

  private TestBroker broker(String kind, String... more) throws Exception {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.addAll(List.of("sn-links.line.kind", kind));
    settings.addAll(List.of("sn-links.line.device", pair.broker().toString()));
    settings.addAll(List.of("sn.predefined-topics", "1=sn/one"));
    return new TestBroker(settings.toArray(String[]::new));
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
    try (TestBroker broker = broker("serial");
        Device pump = new Device(pair.device());
        RawClient panel =
            RawClient.connected(broker.port(Listening.Kind.TCP), ProtocolVersion.MQTT_5, "panel")) {
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
      assertThat(broker.metric("whimbrel_sn_dropped_total")).isZero();
      assertThat(broker.metric("whimbrel_sn_malformed_total")).isZero();

      broker.close();
      pump.hears("0218");
    }
  }

  @Test
  void aLineThatIsUnpluggedGoesOnWhenItIsBack() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.listeners");
        TestBroker broker = broker("serial")) {
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
      assertThat(broker.metric("whimbrel_sn_malformed_total")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(XbeeMode.class)
  void twoDevicesOnARadioTalkToEachOther(XbeeMode mode) throws Exception {
    String api = mode == XbeeMode.ESCAPED ? "2" : "1";
    Radio radio = new Radio(mode);
    try (TestBroker broker = broker("xbee", "sn-links.line.api-mode", api);
        Device line = new Device(pair.device())) {
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
      broker.awaitMetric("whimbrel_sn_dropped_total", count -> count == 1); // the radio's word
      broker.awaitMetric("whimbrel_sn_malformed_total", count -> count >= 1);
    }
  }
}
