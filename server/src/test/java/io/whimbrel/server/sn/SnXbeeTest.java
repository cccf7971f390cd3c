package io.whimbrel.server.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.sn.XbeeMode;
import io.whimbrel.sn.SnSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** MQTT-SN by an XBee radio, whose serial line is in memory. */
final class SnXbeeTest {
  private static final long PUMP = 0x0013A20040522BAAL;
  private static final long PANEL = 0x0013A200117D137EL;
  private static final SnSettings SETTINGS =
      new SnSettings(1, 0, 1_000, 2, 50, 20, Map.of(1, "sn/one"), false, false, false);

  private static VirtualLine xbee(XbeeMode mode) throws InterruptedException {
    return VirtualLine.xbee(mode, SETTINGS).plugged();
  }

  @ParameterizedTest
  @EnumSource(XbeeMode.class)
  void twoDevicesAreToldApartByTheirAddresses(XbeeMode mode) throws Exception {
    Radio radio = new Radio(mode);
    try (VirtualLine line = xbee(mode)) {
      line.says(radio.received(PUMP, "0a0404 01003c 70756d70"))
          .hears(radio.request(1, PUMP, 0, "030500"));
      for (byte octet : radio.received(PANEL, "0b0404 01003c 70616e656c")) {
        line.says(new byte[] {octet});
      }
      line.hears(radio.request(2, PANEL, 0, "030500"));
      line.says(radio.received(PANEL, "071221 0001 0001"))
          .hears(radio.request(3, PANEL, 0, "081320 0001 0001 00"));
      line.says(radio.received(PUMP, "0b0c21 0001 0007 7e7d1113"))
          .hears(
              radio.request(4, PANEL, 0, "0b0c21 0001 0001 7e7d1113"),
              radio.request(5, PUMP, 0, "070d 0001 0007 00"));
      assertThat(line.malformed).isEmpty();
      assertThat(line.drops).isEmpty();
    }
  }

  @Test
  void theOctetsOfARequestAreThese() throws Exception {
    try (VirtualLine line = xbee(XbeeMode.ESCAPED)) {
      line.says("7e0016 90 007d33a20040522baa fffe 01 0a0404 01003c 70756d70 44")
          .hears("7e007d31 10 01 007d33a20040522baa fffe 00 00 030500 cd");
    }
  }

  @ParameterizedTest
  @EnumSource(XbeeMode.class)
  void noiseAndAWrongChecksumAreCountedAndTheNextFrameIsServed(XbeeMode mode) throws Exception {
    Radio radio = new Radio(mode);
    try (VirtualLine line = xbee(mode)) {
      byte[] wrong = radio.received(PUMP, "0a0404 01003c 70756d70");
      wrong[wrong.length - 1] ^= 1;
      line.says("00ff55").says(wrong).says("7e0000");
      assertThat(line.malformed).hasSize(3);
      line.says(radio.received(PUMP, "0a0404 01003c 70756d70"))
          .hears(radio.request(1, PUMP, 0, "030500"));
      line.says(radio.frame("8a06")); // Modem Status
      line.says(radio.received(PUMP, "0216")).hears(radio.request(2, PUMP, 0, "0217"));
    }
  }

  @Test
  void whatTheRadioCouldNotDeliverIsCounted() throws Exception {
    Radio radio = new Radio(XbeeMode.PLAIN);
    try (VirtualLine line = xbee(XbeeMode.PLAIN)) {
      line.says(radio.frame("8b 01 fffe 00 00 00"));
      assertThat(line.drops).as("delivered").isEmpty();
      line.says(radio.frame("8b 02 fffe 00 21 00"));
      assertThat(line.drops).containsExactly("the radio says that it was not delivered: 21");
    }
  }

  @Test
  void aDeviceIsNamedByTheSixteenDigitsOfItsRadio() throws Exception {
    Radio radio = new Radio(XbeeMode.PLAIN);
    try (VirtualLine line = xbee(XbeeMode.PLAIN)) {
      line.says(radio.received(PUMP, "0a0404 01003c 70756d70"))
          .hears(radio.request(1, PUMP, 0, "030500"));
      List<String> addresses = new ArrayList<>();
      line.broker
          .broker()
          .shards()
          .get(0)
          .dismiss(
              who -> addresses.add(who.origin().address()) && false,
              ReasonCode.ADMINISTRATIVE_ACTION,
              "nobody");
      assertThat(addresses).containsExactly("0013A20040522BAA");
    }
  }

  @Test
  void whoseRadioIsNotKnownIsNobody() throws Exception {
    Radio radio = new Radio(XbeeMode.PLAIN);
    try (VirtualLine line = xbee(XbeeMode.PLAIN)) {
      line.says(radio.received(0xFFFFFFFFFFFFFFFFL, "0a0404 01003c 70756d70"));
      assertThat(line.drops).containsExactly("the radio does not know whose it is");
      assertThat(line.devices()).isZero();
      line.says(radio.received(PUMP, "0a0404 01003c 70756d70"))
          .hears(radio.request(1, PUMP, 0, "030500"));
    }
  }

  @Test
  void frameIdsGoRoundAndAreNeverZero() throws Exception {
    Radio radio = new Radio(XbeeMode.PLAIN);
    try (VirtualLine line = xbee(XbeeMode.PLAIN)) {
      for (int i = 0; i < 600; i++) {
        line.says(radio.received(PUMP, "030100"))
            .hears(radio.request(i % 255 + 1, PUMP, 0, "030201"));
      }
    }
  }

  @Test
  void theGatewaySaysToAllThatItIsThere() throws Exception {
    Radio radio = new Radio(XbeeMode.PLAIN);
    SnSettings advertising =
        new SnSettings(7, 900, 1_000, 2, 50, 20, Map.of(), false, false, false);
    try (VirtualLine line = VirtualLine.xbee(XbeeMode.PLAIN, advertising).plugged()) {
      line.turn().hears(radio.request(1, 0xFFFF, 0, "050007 0384"));
    }
  }

  @Test
  void whatIsLongerThanAPacketOfTheRadioIsNotGivenToIt() throws Exception {
    Radio radio = new Radio(XbeeMode.PLAIN);
    try (VirtualLine line = xbee(XbeeMode.PLAIN)) {
      line.says(radio.received(PUMP, "0a0404 01003c 70756d70"))
          .hears(radio.request(1, PUMP, 0, "030500"));
      line.says(radio.received(PUMP, "071221 0001 0001"))
          .hears(radio.request(2, PUMP, 0, "081320 0001 0001 00"));
      String most = "480c21 0001 0007" + "aa".repeat(65);
      line.says(radio.received(PUMP, most))
          .hears(
              radio.request(3, PUMP, 0, "480c21 0001 0001" + "aa".repeat(65)),
              radio.request(4, PUMP, 0, "070d 0001 0007 00"));
      line.says(radio.received(PUMP, "070d 0001 0001 00"));
      line.says(radio.received(PUMP, "490c21 0001 0008" + "aa".repeat(66)))
          .hears(radio.request(5, PUMP, 0, "070d 0001 0008 00"));
      assertThat(line.drops).hasSize(1);
    }
  }
}
