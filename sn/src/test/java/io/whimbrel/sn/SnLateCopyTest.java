package io.whimbrel.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Qos;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network doubles datagrams, and brings the copy late: exact octets, virtual time. */
final class SnLateCopyTest {
  private static final String CONNECT = "0a 04 04 01 003c 70756d70"; // clean, 60 s
  private static final String CONNECT_AGAIN = "0a 04 00 01 003c 70756d70"; // goes on, 60 s
  private static final String CONNECT_WILL = "0a 04 0c 01 003c 70756d70"; // clean, 60 s
  private static final String ACCEPTED = "03 05 00";
  private static final String GOODBYE = "02 18";
  private static final long T_RETRY = 10_000;

  private final VirtualBroker broker = new VirtualBroker();
  private final VirtualLink link =
      new VirtualLink(
          broker,
          new SnSettings(7, 0, T_RETRY, 3, 3, 4, Map.of(1, "pre/one"), false, false, false));
  private final VirtualLink.Device device = link.at("a");

  private VirtualClient listener(Qos qos, String... filters) {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("listener"));
    client.subscribe(qos, filters);
    return client;
  }

  private VirtualClient speaker() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("speaker"));
    return client;
  }

  // ---------------------------------------------------------------- QoS 2 of a device

  private void publishesOne() {
    device.says("08 0c 41 0001 0004 32").hears("04 0f 0004");
    device.says("04 10 0004").hears("04 0e 0004");
  }

  @Test
  void aCopyOfQosTwoBehindItsPubrelIsNotAnotherMessage() {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    publishesOne();
    device.says("08 0c 41 0001 0004 32").hears("04 0f 0004");
    device.says("08 0c c1 0001 0004 32").hears("04 0f 0004"); // it was sent again, and comes late
    device.says("04 10 0004").hears("04 0e 0004");
    assertThat(listener.hearTexts()).containsExactly("2");
  }

  @Test
  void aCopyOfQosTwoIsKnownToASessionThatGoesOn() {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    publishesOne();
    device.says(GOODBYE).hears(GOODBYE);
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("08 0c 41 0001 0004 32").hears("04 0f 0004");
    assertThat(listener.hearTexts()).containsExactly("2");
  }

  @Test
  void aCopyOfQosTwoIsKnownBehindManyOthers() {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    publishesOne();
    for (int id = 0x10; id < 0x20; id++) {
      String octets = Integer.toHexString(id);
      device.says("08 0c 41 0001 00" + octets + "33").hears("04 0f 00" + octets);
      device.says("04 10 00" + octets).hears("04 0e 00" + octets);
    }
    device.says("08 0c 41 0001 0004 32").hears("04 0f 0004");
    assertThat(listener.hearTexts()).hasSize(17);
  }

  @ParameterizedTest
  @CsvSource({"08 0c 41 0001 0004 33", "08 0c c1 0001 0004 33", "08 0c 42 6162 0004 32"})
  void anotherMessageMayUseTheIdAgainAtOnce(String other) {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    publishesOne();
    device.says(other).hears("04 0f 0004");
    device.says("04 10 0004").hears("04 0e 0004");
    assertThat(listener.hearTexts()).hasSize(2);
  }

  @Test
  void theSameMessageMayUseTheIdAgainWhenNoCopyComesSoLate() {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    publishesOne();
    broker.pass(T_RETRY);
    publishesOne();
    assertThat(listener.hearTexts()).containsExactly("2", "2");
  }

  @Test
  void whoBeginsAnewMayUseEachIdAgain() {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    publishesOne();
    device.says(GOODBYE).hears(GOODBYE);
    device.says(CONNECT).hears(ACCEPTED);
    publishesOne();
    assertThat(listener.hearTexts()).containsExactly("2", "2");
  }

  /** It was switched off behind PUBREC, and counts from the beginning. */
  @Test
  void aDeviceThatHasForgottenItsMessageLosesNoOther() {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("08 0c 41 0001 0001 31").hears("04 0f 0001");
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("08 0c 41 0001 0001 32").hears("04 0f 0001");
    device.says("04 10 0001").hears("04 0e 0001");
    assertThat(listener.hearTexts()).containsExactly("1", "2");
  }

  /** It was switched on again behind PUBREC, and the gateway has given the topic another id. */
  @Test
  void aMessageThatIsSentAgainByAnotherIdOfItsTopicIsTheSame() {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("0a 0a 0000 0001 61 2f 62 63").hears("07 0b 0001 0001 00");
    device.says("08 0c 40 0001 0002 31").hears("04 0f 0002");
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("07 0d 0001 0000 02").hearsNothing(); // it does not know the id
    device.says("0a 0a 0000 0003 61 2f 62 63").hears("07 0b 0002 0003 00");
    device.says("08 0c c0 0002 0002 31").hears("04 0f 0002");
    device.says("04 10 0002").hears("04 0e 0002");
    assertThat(listener.hearTexts()).containsExactly("1");
  }

  // ---------------------------------------------------------------- other requests of a device

  @Test
  void aCopyOfQosOneThatWasOvertakenDoesNotComeAgain() {
    VirtualClient listener = listener(Qos.AT_LEAST_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    device.says("08 0c 31 0001 0004 31").hears("07 0d 0001 0004 00"); // retained
    device.says("08 0c 31 0001 0005 32").hears("07 0d 0001 0005 00");
    device.says("08 0c 31 0001 0004 31").hears("07 0d 0001 0004 00");
    assertThat(listener.hearTexts()).containsExactly("1", "2");
    assertThat(listener(Qos.AT_LEAST_ONCE, "#").hearTexts()).containsExactly("2");
  }

  @Test
  void aDeviceThatAlwaysHasTheSameIdLosesNoQosOne() {
    VirtualClient listener = listener(Qos.AT_LEAST_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    device.says("08 0c 21 0001 0001 31").hears("07 0d 0001 0001 00");
    device.says("08 0c 21 0001 0001 31").hears("07 0d 0001 0001 00");
    assertThat(listener.hearTexts()).containsExactly("1", "1");
  }

  @Test
  void aDeviceThatAlwaysHasTheSameIdMeansWhatItSaysAgain() {
    VirtualClient listener = listener(Qos.AT_LEAST_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    for (String payload : new String[] {"31", "30", "31", "30"}) {
      device.says("08 0c 21 0001 0001 " + payload).hears("07 0d 0001 0001 00");
      broker.pass(1_000);
    }
    assertThat(listener.hearTexts()).containsExactly("1", "0", "1", "0");
  }

  @Test
  void aCopyOfSubscribeDoesNotSubscribeAgain() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says("07 14 02 0002 6162").hears("04 15 0002");
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hearsNothing();
  }

  /** It was sent for longer than T_retry, until SUBACK came through. */
  @Test
  void copiesAreCountedFromWhenTheDeviceWentOn() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    broker.pass(3 * T_RETRY);
    device.says("07 14 02 0002 6162").hears("04 15 0002");
    broker.pass(T_RETRY - 1);
    device.says("07 12 a2 0001 6162").hears("08 13 20 0000 0001 00");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hearsNothing();
  }

  @Test
  void aCopyIsKnownWhileWhatOvertookItWaits() {
    VirtualClient speaker = speaker();
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    broker.holdJournal();
    device.says("07 14 02 0002 6162").hearsNothing();
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    broker.releaseJournal();
    device.hears("04 15 0002");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hearsNothing();
  }

  @Test
  void aCopyOfUnsubscribeEndsNoSubscription() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 14 02 0001 6162").hears("04 15 0001");
    device.says("07 12 22 0002 6162").hears("08 13 20 0000 0002 00");
    device.says("07 14 02 0001 6162").hears("04 15 0001");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
  }

  @Test
  void aCopyOfWhatIsBeingDoneIsNotDoneTwice() {
    VirtualClient listener = listener(Qos.AT_LEAST_ONCE, "#");
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    VirtualClient taker = broker.client();
    taker.connect(VirtualConnect.as("taker").resuming().expiring(100));
    taker.subscribe(Qos.AT_LEAST_ONCE, "#");
    broker.holdJournal();
    device.says("08 0c 21 0001 0004 31").says("08 0c a1 0001 0004 31").hearsNothing();
    broker.releaseJournal();
    device.hears("07 0d 0001 0004 00");
    assertThat(listener.hearTexts()).containsExactly("1");
  }

  // ---------------------------------------------------------------- CONNECT

  @Test
  void aLateCopyOfConnectTakesNoSubscriptionAway() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says(CONNECT).hears(ACCEPTED);
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
  }

  @Test
  void aLateCopyOfConnectDoesNotAskForTheWillAgain() {
    VirtualClient speaker = speaker();
    device.says(CONNECT_WILL).says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says(CONNECT_WILL).hears(ACCEPTED);
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
  }

  @Test
  void whoConnectsAnewIsToldTheTopicsAnew() { // 6.3: ids are of the time before
    device.says(CONNECT).hears(ACCEPTED);
    device.says("0a 0a 0000 0001 61 2f 62 63").hears("07 0b 0001 0001 00");
    device.says(CONNECT).hears(ACCEPTED);
    device.says("08 0c 20 0001 0002 31").hears("07 0d 0001 0002 02");
  }

  @Test
  void aCleanConnectIsNoCopyAnyMoreWhenSomeTimeHasPassed() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    broker.pass(T_RETRY);
    device.says(CONNECT).hears(ACCEPTED);
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hearsNothing();
  }

  @Test
  void aCopyOfAnEarlierConnectDoesNotEndTheSession() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says(CONNECT).hearsNothing(); // who means it asks again
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
    device.says("07 0d 6162 0001 00");
    broker.pass(T_RETRY);
    device.says(CONNECT).hears(ACCEPTED);
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 2, "2");
    device.hearsNothing();
  }

  @Test
  void aSleeperThatALateConnectWokeSleepsOn() {
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "will");
    VirtualClient speaker = speaker();
    device.says(CONNECT_WILL).says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    device.says(CONNECT_WILL).hears(ACCEPTED); // a copy
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
    broker.pass(40_000);
    device.hears("08 0c a2 6162 0001 31", "08 0c a2 6162 0001 31", "08 0c a2 6162 0001 31");
    broker.pass(250_000); // longer than the keep alive
    assertThat(listener.hearTexts()).isEmpty();
    device.says("06 16 70756d70").hears("08 0c a2 6162 0001 31");
    device.says("07 0d 6162 0001 00").hears("02 17");
  }

  @Test
  void aSleeperThatALateConnectWokeIsTakenForOneWhenItSaysWhoItIs() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    device.says(CONNECT).hears(ACCEPTED); // a copy
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00"); // another
    broker.pass(100_000);
    device.says("06 16 70756d70").hears("02 17");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    broker.pass(100_000); // longer than the keep alive
    device.hearsNothing();
    device.says("06 16 70756d70").hears("08 0c 22 6162 0001 31");
    device.says("07 0d 6162 0001 00").hears("02 17");
  }

  /** It hears messages as it is awake, and its PINGREQ was lost at first. */
  @Test
  void aSleeperThatAnswersIsStillTakenForOneWhenItSaysWhoItIs() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    device.says(CONNECT).hears(ACCEPTED); // a copy
    broker.pass(T_RETRY);
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
    device.says("07 0d 6162 0001 00");
    device.says("06 16 70756d70").hears("02 17");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 2, "2");
    device.hearsNothing();
    broker.pass(250_000);
    device.says("06 16 70756d70").hears("08 0c 22 6162 0002 32");
  }

  /** The device was asked often, and had CONNACK at last. */
  @Test
  void aLateConnectIsKnownFromWhenTheDeviceHadItsAnswer() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    broker.pass(2 * T_RETRY);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says(CONNECT).hears(ACCEPTED);
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
  }

  // ---------------------------------------------------------------- sleep

  @Test
  void aSleeperThatALatePingreqWokeSleepsOn() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    device.says("06 16 70756d70").hears("02 17");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.says("06 16 70756d70").hears("08 0c 22 6162 0001 31"); // a copy
    broker.pass(40_000);
    device.hears("08 0c a2 6162 0001 31", "08 0c a2 6162 0001 31", "08 0c a2 6162 0001 31");
    assertThat(link.gateway.devices()).isOne();
    broker.pass(100_000);
    device.says("06 16 70756d70").hears("08 0c a2 6162 0001 31");
    device.says("07 0d 6162 0001 00").hears("02 17");
  }

  @Test
  void noPubrelComesToASleeper() {
    VirtualClient speaker = speaker();
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("07 12 42 0001 6162").hears("08 13 40 0000 0001 00");
    speaker.publish("ab", Qos.EXACTLY_ONCE, 1, "1");
    device.hears("08 0c 42 6162 0001 31");
    broker.holdJournal();
    device.says("04 0f 0001").says("04 18 012c").hears(GOODBYE);
    broker.releaseJournal();
    broker.pass(100_000);
    device.hearsNothing();
    device.says("06 16 70756d70").hears("04 10 0001");
    device.says("04 0e 0001").hears("02 17");
  }

  @Test
  void aLatePubrecIsNotAnsweredToASleeper() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 42 0001 6162").hears("08 13 40 0000 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    speaker.publish("ab", Qos.EXACTLY_ONCE, 1, "1");
    device.says("06 16 70756d70").hears("08 0c 42 6162 0001 31");
    device.says("04 0f 0001").hears("04 10 0001");
    device.says("04 0e 0001").hears("02 17");
    device.says("04 0f 0001").hearsNothing();
  }

  @Test
  void aRegackDoesNotBringItsMessageToASleeper() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("08 12 00 0001 61 2f 2b").hears("08 13 00 0000 0001 00");
    speaker.publish("a/1", Qos.AT_MOST_ONCE, 0, "0");
    device.hears("09 0a 0001 0001 61 2f 31");
    device.says("04 18 012c").hears(GOODBYE);
    device.says("07 0b 0001 0001 00").hearsNothing();
    device.says("06 16 70756d70").hears("09 0a 0001 0001 61 2f 31");
    device.says("07 0b 0001 0001 00").hears("08 0c 00 0001 0000 30", "02 17");
  }

  // ---------------------------------------------------------------- answers of a device

  @Test
  void aRefusalThatComesTwiceDropsNoMessage() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    speaker.publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 20 0001 0001 31");
    device.says("07 0d 0001 0001 02").hears("0b 0a 0002 0001 61 2f 62 63 64");
    device.says("07 0b 0002 0001 00").hears("08 0c 20 0002 0001 31");
    device.says("07 0d 0001 0001 02").hearsNothing(); // a copy: it names the id of before
    assertThat(link.drops).isEmpty();
    device.says("07 0d 0002 0001 00").hearsNothing();
  }

  /** It was refused for QoS 0, and the device has asked for another id meanwhile. */
  @Test
  void aMessageThatIsRefusedGoesByTheIdThatTheDeviceHasByThen() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    speaker.publish("a/bcd", Qos.AT_MOST_ONCE, 0, "0");
    speaker.publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 00 0001 0000 30", "08 0c 20 0001 0001 31");
    device.says("07 0d 0001 0000 02").hearsNothing();
    device.says("0b 0a 0000 0002 61 2f 62 63 64").hears("07 0b 0002 0002 00");
    device.says("07 0d 0001 0001 02").hears("08 0c 20 0002 0001 31");
    device.says("07 0d 0002 0001 00").hearsNothing();
    assertThat(link.drops).isEmpty();
  }

  @Test
  void anIdIsSaidBehindTheSubackThatTellsIt() {
    VirtualClient speaker = speaker();
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("08 12 00 0001 61 2f 2b").hears("08 13 00 0000 0001 00");
    broker.holdJournal();
    device.says("08 12 00 0002 61 2f 62").hearsNothing();
    speaker.publish("a/b", Qos.AT_MOST_ONCE, 0, "0");
    device.hears("09 0a 0001 0001 61 2f 62");
    broker.releaseJournal();
    device.hears("08 13 00 0001 0002 00");
  }

  @Test
  void aLateRefusalOfTheIdBeforeTheLastDropsNoMessage() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    speaker.publish("a/bcd", Qos.AT_MOST_ONCE, 0, "0");
    speaker.publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 00 0001 0000 30", "08 0c 20 0001 0001 31");
    device.says("07 0d 0001 0000 02").hearsNothing();
    device.says("0b 0a 0000 0002 61 2f 62 63 64").hears("07 0b 0002 0002 00");
    device.says("07 0d 0001 0001 02").hears("08 0c 20 0002 0001 31");
    device.says("07 0d 0002 0001 02").hears("0b 0a 0003 0001 61 2f 62 63 64");
    device.says("07 0b 0003 0001 00").hears("08 0c 20 0003 0001 31");
    device.says("07 0d 0001 0001 02").hearsNothing(); // a copy
    assertThat(link.drops).isEmpty();
  }

  @Test
  void aDeviceMayLoseItsIdsTwice() {
    VirtualClient speaker = speaker();
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    speaker.publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 20 0001 0001 31");
    device.says("07 0d 0001 0001 02").hears("0b 0a 0002 0001 61 2f 62 63 64");
    device.says("07 0b 0002 0001 00").hears("08 0c 20 0002 0001 31");
    device.says(CONNECT_AGAIN).hears(ACCEPTED); // it was switched on again
    device.says("07 0d 0002 0001 02").hears("0b 0a 0003 0002 61 2f 62 63 64");
    device.says("07 0b 0003 0002 00").hears("08 0c 20 0003 0001 31");
    assertThat(link.drops).isEmpty();
  }

  @Test
  void aLatePubrecIsAnsweredAndHoldsNothingUp() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 42 0001 6162").hears("08 13 40 0000 0001 00");
    speaker.publish("ab", Qos.EXACTLY_ONCE, 1, "1");
    speaker.publish("ab", Qos.EXACTLY_ONCE, 2, "2");
    device.hears("08 0c 42 6162 0001 31");
    device.says("04 0f 0001").hears("04 10 0001");
    device.says("04 0e 0001").hears("08 0c 42 6162 0002 32");
    for (int copies = 0; copies < 3; copies++) {
      device.says("04 0f 0001").hears("04 10 0001");
    }
    device.says("04 0f 0002").hears("04 10 0002");
    device.says("04 0e 0002").hearsNothing();
    broker.pass(T_RETRY);
    device.hearsNothing();
  }

  @Test
  void aRegackOfAnotherConnectionConfirmsNothing() {
    VirtualClient speaker = speaker();
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("08 12 20 0001 61 2f 2b").hears("08 13 20 0000 0001 00");
    speaker.publish("a/1", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("09 0a 0001 0001 61 2f 31");
    device.says("07 0b 0001 0001 00").hears("08 0c 20 0001 0001 31");
    device.says("07 0d 0001 0001 00");
    device.says(GOODBYE).hears(GOODBYE);
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    speaker.publish("a/2", Qos.AT_LEAST_ONCE, 2, "2");
    device.hears("09 0a 0002 0002 61 2f 32");
    device.says("07 0b 0001 0001 00").hearsNothing();
  }

  // ---------------------------------------------------------------- who comes anew

  @Test
  void whatTheConnectionBeforeWasAskingIsNotAskedAnyMore() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
    device.says(CONNECT_AGAIN).hears(ACCEPTED); // and the clean session is over
    broker.pass(40_000);
    device.hearsNothing();
    assertThat(link.gateway.devices()).isOne();
  }

  // in

  @ParameterizedTest
  @CsvSource({"02 16", "07 07 20 61 2f 23 2f"})
  void theConnectionOfBeforeEndsWithWhoDoesNotSayHisWill(String answer) {
    device.says("0a 04 04 01 0000 70756d70").hears(ACCEPTED);
    device.says(CONNECT_WILL).hears("02 06");
    device.says(answer);
    broker.pass(100_000);
    assertThat(link.gateway.devices()).isZero();
    assertThat(broker.broker().clients()).isZero();
  }

  // ---------------------------------------------------------------- a broker that starts again

  @Test
  void anIdOfBeforeTheRestartIsNotThatOfAnotherTopic() {
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("0a 0a 0000 0001 61 2f 62 63").hears("07 0b 0001 0001 00");
    VirtualBroker next = broker.after(1, VirtualBroker.limits());
    VirtualLink.Device same = new VirtualLink(next, SnSettings.DEFAULTS).at("a");
    same.says(CONNECT_AGAIN).hears(ACCEPTED);
    same.says("09 0a 0000 0002 61 2f 64").hears("07 0b d6ba 0002 00");
    same.says("08 0c 20 0001 0003 31").hears("07 0d 0001 0003 02");
  }
}
