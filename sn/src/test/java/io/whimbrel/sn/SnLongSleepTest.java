package io.whimbrel.sn;

import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sleepers for whom more waits than is kept in memory. */
final class SnLongSleepTest {
  private final VirtualBroker broker =
      VirtualBroker.keepingQueues(
          1,
          VirtualLimits.with(
              limits -> {
                limits.queueMessagesMax = 1000;
                limits.queueResidentMessagesMax = 2;
                limits.queuePageMessagesMax = 2;
              }));
  private final VirtualLink link =
      new VirtualLink(
          broker, new SnSettings(7, 0, 10_000, 3, 9, 9, Map.of(1, "pre/one"), false, false, false));
  private final VirtualLink.Device device = link.at("a");
  private final VirtualClient speaker = broker.client();

  private void sleepWhile(int messages, long expirySeconds) {
    device.says("0a 04 00 01 0000 70756d70").hears("03 05 00");
    device.says("07 12 21 0001 0001").hears("08 13 20 0001 0001 00");
    device.says("04 18 0e10").hears("02 18");
    speaker.connect(VirtualConnect.as("speaker"));
    for (int i = 1; i <= messages; i++) {
      speaker.say(
          VirtualClient.message(
              "pre/one",
              Qos.AT_LEAST_ONCE,
              i,
              "" + i,
              p -> p.set(PropertyId.MESSAGE_EXPIRY_INTERVAL, expirySeconds)));
    }
  }

  @Test
  void whatIsOnDiskComesInItsOrder() {
    sleepWhile(7, 3_600);
    device.says("06 16 70756d70");
    for (int i = 1; i <= 7; i++) {
      device.hears("08 0c 21 0001 000" + i + " 3" + i).says("07 0d 0001 000" + i + " 00");
    }
    device.hears("02 17");
  }

  @Test
  void aSleeperWhoseMessagesHaveExpiredIsToldThatThereAreNone() {
    sleepWhile(7, 5);
    broker.pass(60_000);
    device.says("06 16 70756d70");
    broker.pass(2_000);
    device.hears("02 17");
  }
}
