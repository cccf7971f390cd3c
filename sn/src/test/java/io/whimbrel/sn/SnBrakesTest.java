package io.whimbrel.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Qos;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Devices that the broker slows down: what they answer counts all the same. */
final class SnBrakesTest {
  private final VirtualBroker broker =
      new VirtualBroker(1, VirtualLimits.with(limits -> limits.publishRateMax = 1));
  private final VirtualLink link =
      new VirtualLink(
          broker, new SnSettings(7, 0, 10_000, 3, 9, 9, Map.of(1, "pre/one"), false, false, false));
  private final VirtualLink.Device device = link.at("a");

  private VirtualClient speaker(String id) {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as(id));
    return client;
  }

  /** It publishes more than it may. */
  private void braked() {
    device.says("0a 04 00 01 003c 70756d70").hears("03 05 00");
    device.says("07 12 41 0001 0001").hears("08 13 40 0001 0001 00");
    for (int i = 0; i < 3; i++) {
      device.says("08 0c 22 7878 0002 31"); // to another topic
    }
  }

  @Test
  void anAcknowledgementMakesRoomForTheNextMessage() {
    braked();
    speaker("s1").publish("pre/one", Qos.AT_LEAST_ONCE, 1, "1");
    speaker("s2").publish("pre/one", Qos.AT_LEAST_ONCE, 1, "2");
    device.forgets();
    device.says("07 0d 0001 0001 00").hears("08 0c 21 0001 0002 32");
  }

  @Test
  void qosTwoGoesOn() {
    braked();
    speaker("s1").publish("pre/one", Qos.EXACTLY_ONCE, 1, "1").pubrel(1);
    speaker("s2").publish("pre/one", Qos.EXACTLY_ONCE, 1, "2").pubrel(1);
    device.forgets();
    device.says("04 0f 0001").hears("04 10 0001");
    device.says("04 0e 0001").hears("08 0c 41 0001 0002 32");
  }

  @Test
  void whoLeavesIsGone() {
    braked();
    device.forgets();
    device.says("02 18").hears("02 18");
    broker.run();
    assertThat(broker.broker().clients()).isZero();
  }
}
