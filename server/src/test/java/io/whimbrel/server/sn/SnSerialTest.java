package io.whimbrel.server.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.LogLines;
import io.whimbrel.sn.SnSettings;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** MQTT-SN on a serial line, in memory: the link with its threads, and the broker's core. */
final class SnSerialTest {
  private static final SnSettings SETTINGS =
      new SnSettings(1, 0, 1_000, 2, 50, 20, Map.of(1, "sn/one"), false, true, false);

  private static VirtualLine serial() throws InterruptedException {
    return VirtualLine.serial(SETTINGS).plugged();
  }

  @Test
  void aDeviceConnectsRegistersAndPublishes() throws Exception {
    try (VirtualLine line = serial()) {
      line.says("0a0404 01003c 70756d70").hears("030500");
      line.says("090a 0000 0001 612f62").hears("070b 0001 0001 00");
      line.says("080c20 0001 0002 31").hears("070d 0001 0002 00");
      line.says("081220 0003 612f62").hears("081320 0001 0003 00");
      line.says("080c20 0001 0004 32").hears("080c20 0001 0001 32", "070d 0001 0004 00");
      line.says("070d 0001 0001 00 0216").hears("0217");
      assertThat(line.malformed).isEmpty();
      assertThat(line.drops).isEmpty();
    }
  }

  @Test
  void messagesComeOctetByOctetAndWithNoiseBetween() throws Exception {
    try (VirtualLine line = serial()) {
      String all = "0000 0a0404 01003c 70756d70 ff00 080c21 0001 0002 31".replace(" ", "");
      for (int i = 0; i < all.length(); i += 2) {
        line.says(all.substring(i, i + 2));
      }
      line.hears("030500", "070d 0001 0002 00");
      assertThat(line.malformed).hasSize(3);
    }
  }

  @Test
  void aMessageThatStopsHalfwayIsCountedAndTheNextOneIsServed() throws Exception {
    try (VirtualLine line = serial()) {
      line.says("0a0404 0100").silence().says("0a0404 01003c 70756d70").hears("030500");
      assertThat(line.malformed).containsExactly("5.2.1: 5 octets on the line are no message");
    }
  }

  @Test
  void aNodeBehindAForwarderIsServedOverTheLine() throws Exception {
    try (VirtualLine line = serial()) {
      line.says("05fe00000a 0a0404 01003c 70756d70").hears("05fe00000a 030500");
    }
  }

  @Test
  void theGatewaySaysThatItIsThereWhenTheLineIsOpen() throws Exception {
    SnSettings advertising =
        new SnSettings(7, 900, 1_000, 2, 50, 20, Map.of(), false, false, false);
    try (VirtualLine line = VirtualLine.serial(advertising).plugged()) {
      line.turn().hears("050007 0384");
      line.lets(900_000).hears("050007 0384");
      line.says("030100").hears("030207");
    }
  }

  // ---------------------------------------------------------------- who does not keep up

  @Test
  void aLineThatTakesNothingHoldsUpNobody() throws Exception {
    try (VirtualLine line = serial()) {
      line.says("0a0404 01003c 70756d70").hears("030500");
      line.line().stuck(true);
      int asked = KeptLine.WAITING_BYTES_MAX; // PINGRESP has two octets, and one is being written
      for (int i = 0; i < asked; i++) {
        line.line().says(new byte[] {2, 0x16});
        line.turn();
      }
      assertThat(line.drops)
          .hasSizeBetween(asked / 2 - 2, asked / 2)
          .containsOnly("the line is behind, or lost");
      line.line().stuck(false);
      for (int i = line.drops.size(); i < asked; i++) {
        line.hears("0217");
      }
      line.says("080c21 0001 0002 31").hears("070d 0001 0002 00");
    }
  }

  @Test
  void aShardThatTakesNothingMakesNothingGrow() throws Exception {
    try (VirtualLine line = serial()) {
      line.says("0a0404 01003c 70756d70").hears("030500");
      int most = LineWay.WAITING_BYTES_MAX / (64 + 2);
      for (int i = 0; i < most + 1_000; i++) {
        line.line().says(new byte[] {2, 0x16}); // no turn
      }
      assertThat(line.tasks()).isLessThanOrEqualTo(most);
      line.turn();
      line.line().silence();
      line.turn();
      assertThat(line.drops)
          .filteredOn(why -> why.equals("it came while the broker was behind"))
          .hasSizeBetween(1_000, 1_010);
      line.silence().says("080c21 0001 0002 31");
      String heard = "0217";
      while (heard.equals("0217")) {
        heard = HexFormat.of().formatHex(line.line().hears());
      }
      assertThat(heard).isEqualTo("070d0001000200");
    }
  }

  // ---------------------------------------------------------------- lines that come and go

  @Test
  void aDeviceThatIsNotThereAtTheStartIsUsedWhenItComes() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.listeners");
        VirtualLine line = VirtualLine.serial(SETTINGS)) {
      log.await("WARN sn on /dev/ttyTEST: there is no such device; tried again every few seconds");
      line.plugged().says("0a0404 01003c 70756d70").hears("030500");
      log.await("INFO sn on /dev/ttyTEST: open");
      assertThat(log.lines()).as("one line, however often it was tried").hasSize(2);
    }
  }

  @Test
  void aDeviceThatIsUnpluggedGoesOnWhereItWasWhenItIsBack() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.listeners");
        VirtualLine line = serial()) {
      line.says("0a0404 01003c 70756d70").hears("030500");
      line.says("0a04 04"); // unfinished
      MemoryLine before = line.line();
      before.gone();
      line.awaitTask();
      log.await("WARN sn on /dev/ttyTEST: the device is gone");
      assertThat(before.isClosed()).isTrue();
      line.turn();

      line.plugged().says("080c21 0001 0002 31").hears("070d 0001 0002 00");
      assertThat(line.malformed).containsExactly("5.2.1: 3 octets on the line are no message");
    }
  }

  @Test
  void whatWaitsForALineThatIsLostIsCounted() throws Exception {
    try (VirtualLine line = serial()) {
      line.says("0a0404 01003c 70756d70").hears("030500");
      line.line().stuck(true);
      line.says("0216 0216 0216 0216");
      line.line().gone();
      line.awaitTask();
      line.turn();
      assertThat(line.drops).hasSize(4).containsOnly("the line is lost");

      line.plugged().says("0216").hears("0217");
      assertThat(line.line().hasHeard()).as("nothing of before").isNull();
    }
  }

  @Test
  void aLineThatCannotBeWrittenIsOpenedAgain() throws Exception {
    try (VirtualLine line = serial()) {
      line.says("0a0404 01003c 70756d70").hears("030500");
      line.line().unwritable();
      line.says("0216");
      line.awaitTask();
      line.turn();
      line.plugged().says("0216").hears("0217");
    }
  }

  @Test
  void whatWasSaidLastIsWrittenBeforeTheLineIsClosed() throws Exception {
    VirtualLine line = serial();
    line.says("0a0404 01003c 70756d70").hears("030500");
    for (int i = 0; i < 100; i++) {
      line.says("0216");
    }
    line.close();
    for (int i = 0; i < 100; i++) {
      line.hears("0217");
    }
    assertThat(line.line().isClosed()).isTrue();
  }

  @Test
  void aLineThatTakesNothingDoesNotKeepTheBrokerFromStopping() throws Exception {
    VirtualLine line = serial();
    line.line().stuck(true);
    line.says("0a0404 01003c 70756d70");
    line.close();
    assertThat(line.line().isClosed()).isTrue();
  }
}
