package io.whimbrel.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Qos;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What devices say while the broker takes no more requests of them: ten messages a second. */
final class SnBrakedTest {
  private static final String CONNECT = "0a 04 04 01 0000 70756d70"; // clean, of no keep alive
  private static final String CONNECT_AGAIN = "0a 04 00 01 0000 70756d70";
  private static final String CONNECT_WILL = "0a 04 0c 01 0000 70756d70";
  private static final String ACCEPTED = "03 05 00";
  private static final String GOODBYE = "02 18";

  private final VirtualBroker broker =
      new VirtualBroker(
          1,
          VirtualLimits.with(
              limits -> {
                limits.publishRateMax = 10;
                limits.unacknowledgedMax = 1;
              }));
  private final VirtualLink link =
      new VirtualLink(
          broker,
          new SnSettings(
              7, 0, 10_000, 3, 3, 4, Map.of(1, "pre/one", 2, "pre/two"), true, true, true));
  private final VirtualLink.Device device = link.at("a");

  private void publishFromAfar(Qos qos) {
    VirtualClient speaker = broker.client();
    speaker.connect(VirtualConnect.as("speaker"));
    speaker.say(VirtualClient.message("pre/one", qos, 1, "1"));
    if (qos == Qos.EXACTLY_ONCE) {
      speaker.pubrel(1);
    }
    speaker.say(VirtualClient.message("pre/one", qos, 2, "2"));
    if (qos == Qos.EXACTLY_ONCE) {
      speaker.pubrel(2);
    }
  }

  /** The device is faster than it may; what it says next of that kind is refused for now. */
  private void brake() {
    for (int i = 0; i < 10; i++) {
      device.says("08 0c 01 0002 0000 31");
    }
    device.says("08 0c 21 0002 0077 31").hears("07 0d 0002 0077 01");
  }

  @Test
  void pubackMakesRoomForTheNextMessage() {
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 21 0001 0001").hears("08 13 20 0001 0001 00");
    publishFromAfar(Qos.AT_LEAST_ONCE);
    device.hears("08 0c 21 0001 0001 31");
    brake();
    device.says("07 0d 0001 0001 00").hears("08 0c 21 0001 0002 32");
    device.says("07 0d 0001 0002 00").hearsNothing();
  }

  @Test
  void aRefusalMakesRoomForTheNextMessage() {
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 21 0001 0001").hears("08 13 20 0001 0001 00");
    publishFromAfar(Qos.AT_LEAST_ONCE);
    device.hears("08 0c 21 0001 0001 31");
    brake();
    device.says("07 0d 0001 0001 03").hears("08 0c 21 0001 0002 32");
  }

  @Test
  void qos2GoesOnToItsEnd() {
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 41 0001 0001").hears("08 13 40 0001 0001 00");
    publishFromAfar(Qos.EXACTLY_ONCE);
    device.hears("08 0c 41 0001 0001 31");
    brake();
    device.says("04 0f 0001").hears("04 10 0001");
    device.says("04 0e 0001").hears("08 0c 41 0001 0002 32");
  }

  @Test
  void aSleeperHearsAllThatWaits() {
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("07 12 21 0001 0001").hears("08 13 20 0001 0001 00");
    device.says("04 18 003c").hears(GOODBYE);
    publishFromAfar(Qos.AT_LEAST_ONCE);
    device.says("06 16 70756d70").hears("08 0c 21 0001 0001 31");
    brake();
    device.says("07 0d 0001 0001 00").hears("08 0c 21 0001 0002 32");
    device.says("07 0d 0001 0002 00").hears("02 17");
  }

  @Test
  void pubackIsHeardWhileAcknowledgementsWaitForTheDisk() {
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("07 12 21 0001 0001").hears("08 13 20 0001 0001 00");
    publishFromAfar(Qos.AT_LEAST_ONCE);
    device.hears("08 0c 21 0001 0001 31");
    broker.holdJournal();
    device.says("08 0c 21 0001 0071 31").says("08 0c 21 0001 0072 32").hearsNothing();
    device.says("08 0c 21 0002 0073 33").hears("07 0d 0002 0073 01"); // braked
    device.says("07 0d 0001 0001 00").hears("08 0c 21 0001 0002 32");
    broker.releaseJournal();
    device.hears("07 0d 0001 0071 00", "07 0d 0001 0072 00");
  }

  @Test
  void whoSaysGoodbyeHasLeftTheBroker() {
    VirtualClient listener = broker.client();
    listener.connect(VirtualConnect.as("listener"));
    listener.subscribe(Qos.AT_MOST_ONCE, "will");
    device.says(CONNECT_WILL).says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    brake();
    device.says(GOODBYE).hears(GOODBYE);
    assertThat(broker.broker().clients()).isOne(); // the listener
    broker.pass(100_000);
    assertThat(listener.hearTexts()).isEmpty();
  }

  @Test
  void whoConnectsAnewIsNotLost() {
    VirtualClient listener = broker.client();
    listener.connect(VirtualConnect.as("listener"));
    listener.subscribe(Qos.AT_MOST_ONCE, "will");
    device.says(CONNECT_WILL).says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    brake();
    device.says(CONNECT).hears(ACCEPTED);
    broker.pass(100_000);
    assertThat(listener.hearTexts()).isEmpty();
  }

  @Test
  void whoAsksBeforeItIsLetInLeavesNoConnectionBehind() {
    broker.holdJournal();
    device.says(CONNECT_AGAIN).hearsNothing();
    device.says(CONNECT_WILL).hears("02 06");
    broker.releaseJournal();
    device.hearsNothing(); // CONNACK is not of the CONNECT that holds
    device.says("07 07 20 61 2f 23 2f").hears("03 05 03"); // its Will has no topic
    broker.pass(100_000);
    assertThat(broker.broker().clients()).isZero();
  }
}
