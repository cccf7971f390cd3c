package io.whimbrel.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.Origin;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MQTT-SN 1.2 with the broker: exact octets, virtual time. The id of a client is pump. */
final class SnGatewayTest {
  private static final String CONNECT = "0a 04 04 01 003c 70756d70"; // clean, 60 s
  private static final String CONNECT_AGAIN = "0a 04 00 01 003c 70756d70"; // goes on, 60 s
  private static final String ACCEPTED = "03 05 00";
  private static final String GOODBYE = "02 18";

  private final VirtualBroker broker = new VirtualBroker();
  private final VirtualLink link =
      new VirtualLink(
          broker,
          new SnSettings(
              7, 0, 10_000, 3, 3, 4, Map.of(1, "pre/one", 2, "pre/two"), true, true, true));
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

  // ---------------------------------------------------------------- 6.1 to 6.4: coming and going

  @Test
  void aDeviceComesAndGoes() {
    device.says(CONNECT).hears(ACCEPTED);
    device.says("02 16").hears("02 17");
    device.says(GOODBYE).hears(GOODBYE);
    assertThat(link.gateway.devices()).isZero();
    device.says("02 16").hears(GOODBYE); // 6.12: it is not connected
  }

  @Test
  void whoSearchesIsToldWhichGatewayThisIs() { // 6.1
    device.says("03 01 00").hears("03 02 07");
  }

  @Test
  void aGatewayAdvertisesItself() { // 6.1
    VirtualLink other =
        new VirtualLink(
            broker, new SnSettings(9, 900, 10_000, 3, 3, 4, Map.of(), false, false, false));
    assertThat(other.heardEverywhere()).isEqualTo("0500090384");
    broker.pass(899_000);
    assertThat(other.heardEverywhere()).isEqualTo("nothing");
    broker.pass(1_000);
    assertThat(other.heardEverywhere()).isEqualTo("0500090384");
  }

  @Test
  void aConnectThatIsSentTwiceIsAnsweredTwice() {
    device.says(CONNECT).hears(ACCEPTED);
    device.says("0a 0a 0000 0001 61 2f 62 63").hears("07 0b 0001 0001 00");
    device.says(CONNECT).hears(ACCEPTED); // anew: it has said something in between
    device.says(CONNECT).hears(ACCEPTED); // once more: no answer arrived
  }

  @ParameterizedTest
  @CsvSource({"06 04 04 01 003c", "07 04 04 01 003c ff"})
  void aDeviceWithoutANameIsRefused(String connect) {
    device.says(connect).hears("03 05 03");
    assertThat(link.gateway.devices()).isZero();
  }

  @Test
  void moreDevicesThanThereIsRoomForComeLater() {
    link.at("1").says("07 04 04 01 003c 31").says("02 16").hears(ACCEPTED, "02 17");
    link.at("2").says("07 04 04 01 003c 32").says("02 16").hears(ACCEPTED, "02 17");
    link.at("3").says("07 04 04 01 003c 33").says("02 16").hears(ACCEPTED, "02 17");
    link.at("4").says("07 04 04 01 003c 34").hears("03 05 01");
  }

  @Test
  void aSleeperThatConnectsHasTheSessionThatItHadIfThatIsToLast() { // 6.3, 6.14
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("07 12 21 0001 0001").hears("08 13 20 0001 0001 00");
    device.says("04 18 003c").hears(GOODBYE);
    speaker().publish("pre/one", Qos.AT_LEAST_ONCE, 1, "1");
    device.says("0a 04 00 01 0040 70756d70").hears(ACCEPTED, "08 0c 21 0001 0001 31");
    device.says("07 0d 0001 0001 00").hearsNothing();
  }

  @Test
  void theHeaderOfAForwarderIsOfOneLengthOctet() { // 5.5
    String node = "00".repeat(300);
    link.at("f").says("01 0131 fe 00" + node + "07 04 04 01 003c 31").hearsNothing();
    assertThat(link.malformed).hasSize(1);
    assertThat(link.gateway.devices()).isZero();
    String longest = "00".repeat(252);
    link.at("f")
        .says("ff fe 00" + longest + "07 04 04 01 003c 31")
        .hears("ff fe 00" + longest + "03 05 00");
  }

  @Test
  void aWillThatNoConnectCouldSayChangesNothing() { // 6.4
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "#");
    device.says("0a 04 0c 01 003c 70756d70").says("07 07 00 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    String levels = "2f".repeat(200); // more than the broker takes
    device.says("cb 1a 00" + levels).hears("03 1b 03");
    device.says("05 1a 00 612b").hears("03 1b 03"); // no topic
    broker.pass(100_000);
    assertThat(listener.hearAll())
        .singleElement()
        .satisfies(heard -> assertThat(((Publish) heard).topic()).hasToString("will"));
  }

  @Test
  void whoNamesNoKeepAliveIsLostAfterADayOfSilence() {
    device.says("0a 04 04 01 0000 70756d70").says("02 16").hears(ACCEPTED, "02 17");
    broker.pass(86_400_000);
    device.says("02 16").hears("02 17");
    broker.pass(100_000_000);
    assertThat(link.gateway.devices()).isZero();
  }

  @Test
  void whoHasSaidNothingButConnectMakesRoomForOthers() {
    link.at("1").says("07 04 04 01 0000 31").says("02 16").hears(ACCEPTED, "02 17");
    link.at("2").says("07 04 04 01 0000 32").hears(ACCEPTED); // perhaps nobody is there
    link.at("3").says("07 04 0c 01 0000 33").hears("02 06"); // nor here
    link.at("4").says("07 04 04 01 003c 34").hears(ACCEPTED);
    link.at("2").hears(GOODBYE);
    link.at("5").says("07 04 04 01 003c 35").hears(ACCEPTED);
    link.at("3").hears(GOODBYE);
    assertThat(link.gateway.devices()).isEqualTo(3);
    link.at("1").says("02 16").hears("02 17");
  }

  @Test
  void whoHasNotBeenLetInIsAskedNoMoreOftenThanItSpeaks() {
    device.says("0a 04 0c 01 003c 70756d70").hears("02 06");
    broker.pass(30_000);
    device.hearsNothing().says("0a 04 0c 01 003c 70756d70").hears("02 06");
    device.says("07 07 20 77696c6c").hears("02 08");
    broker.pass(30_000);
    device.hearsNothing().says("0a 04 0c 01 003c 70756d70").hears("02 08");
    broker.pass(50_000);
    assertThat(link.gateway.devices()).isZero(); // it has gone
  }

  @ParameterizedTest
  @CsvSource({"NOT_AUTHORIZED, 03", "SERVER_BUSY, 01"})
  void whoIsNotLetInIsToldSo(ReasonCode reason, String code) {
    VirtualBroker closed =
        new VirtualBroker(
            1,
            VirtualBroker.limits(),
            new VirtualBroker.OpenAccess() {
              @Override
              public void authenticate(String id, Connect packet, Origin origin, Answer answer) {
                answer.refuse(reason);
              }
            });
    VirtualLink other = new VirtualLink(closed, SnSettings.DEFAULTS);
    other.at("a").says(CONNECT).hears("03 05 " + code);
    assertThat(other.gateway.devices()).isZero();
  }

  @Test
  void theWillIsAskedForAndPublishedWhenTheDeviceIsLost() { // 6.3, 6.11
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "will");
    device.says("0a 04 0c 01 003c 70756d70").hears("02 06");
    device.says("07 07 20 77696c6c").hears("02 08");
    device.says("06 09 676f6e65").hears(ACCEPTED);
    broker.pass(89_999);
    assertThat(listener.hearTexts()).isEmpty();
    broker.pass(1);
    assertThat(listener.hearTexts()).containsExactly("gone");
    device.says("02 16").hears(GOODBYE);
  }

  @Test
  void anEmptyTopicIsNoWill() { // 5.4.7
    device.says("0a 04 0c 01 003c 70756d70").hears("02 06");
    device.says("02 07").hears(ACCEPTED);
  }

  @Test
  void theWillIsChangedInParts() { // 6.4
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "#");
    device.says("0a 04 0c 01 003c 70756d70").says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    device.says("06 1c 64656164").hears("03 1d 00");
    device.says("06 1a 20 6e6577").hears("03 1b 00");
    broker.pass(100_000);
    assertThat(listener.hearAll())
        .singleElement()
        .satisfies(
            heard -> {
              Publish publish = (Publish) heard;
              assertThat(publish.topic()).hasToString("new");
              assertThat(publish.payload()).asString().isEqualTo("dead");
            });
  }

  @Test
  void theWillIsRemoved() { // 6.4
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "#");
    device.says("0a 04 0c 01 003c 70756d70").says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    device.says("02 1a").hears("03 1b 00");
    device.says("06 1c 64656164").hears("03 1d 03"); // there is none
    broker.pass(100_000);
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void whoConnectsAnewIsNotLost() {
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "#");
    device.says("0a 04 0c 01 003c 70756d70").says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    device.says("02 16").hears("02 17");
    device.says(CONNECT).hears(ACCEPTED);
    broker.pass(100_000);
    assertThat(listener.hearAll()).isEmpty(); // the new connection has no Will
  }

  @Test
  void whoSaysGoodbyeHasNoWillPublished() {
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "#");
    device.says("0a 04 0c 01 003c 70756d70").says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.says(GOODBYE);
    broker.pass(100_000);
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void whoComesWithTheSameNameTakesOver() {
    device.says(CONNECT).hears(ACCEPTED);
    VirtualLink.Device other = link.at("b");
    other.says(CONNECT).hears(ACCEPTED);
    device.hears(GOODBYE);
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("pump"));
    other.hears(GOODBYE);
    assertThat(link.gateway.devices()).isZero();
  }

  // ---------------------------------------------------------------- 6.5, 6.6: publishing

  @Test
  void aTopicIsRegisteredAndPublishedTo() {
    VirtualClient listener = listener(Qos.EXACTLY_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    device.says("0a 0a 0000 0001 61 2f 62 63").hears("07 0b 0001 0001 00");
    device.says("0a 0a 0000 0002 61 2f 62 63").hears("07 0b 0001 0002 00"); // the same
    device.says("08 0c 00 0001 0000 30").hearsNothing();
    device.says("08 0c 20 0001 0003 31").hears("07 0d 0001 0003 00");
    device.says("08 0c 40 0001 0004 32").hears("04 0f 0004");
    device.says("08 0c c0 0001 0004 32").hears("04 0f 0004"); // PUBREC was lost
    device.says("04 10 0004").hears("04 0e 0004");
    device.says("04 10 0004").hears("04 0e 0004"); // PUBCOMP was lost
    assertThat(listener.hearTexts()).containsExactly("0", "1", "2");
  }

  @Test
  void predefinedIdsAndShortNamesNeedNoRegister() {
    VirtualClient listener = listener(Qos.AT_LEAST_ONCE, "#");
    device.says(CONNECT).hears(ACCEPTED);
    device.says("08 0c 21 0001 0003 31").hears("07 0d 0001 0003 00");
    device.says("08 0c 22 6162 0004 32").hears("07 0d 6162 0004 00");
    assertThat(listener.hearAll())
        .extracting(heard -> ((Publish) heard).topic().toString())
        .containsExactly("pre/one", "ab");
  }

  @ParameterizedTest
  @CsvSource({
    "08 0c 00 0009 0000 30, 07 0d 0009 0000 02",
    "08 0c 20 0009 0003 30, 07 0d 0009 0003 02",
    "08 0c 41 0009 0003 30, 07 0d 0009 0003 02",
    "08 0c 22 2b2b 0003 30, 07 0d 2b2b 0003 02",
    "08 0c 21 0001 0000 30, 07 0d 0001 0000 03",
  })
  void whatCannotBePublishedIsRefused(String publish, String puback) {
    device.says(CONNECT).hears(ACCEPTED);
    device.says(publish).hears(puback);
  }

  @Test
  void aTopicThatIsNoneIsNotRegistered() {
    device.says(CONNECT).hears(ACCEPTED);
    device.says("09 0a 0000 0001 61 2f 23").hears("07 0b 0000 0001 03");
    device.says("07 0a 0000 0001 ff").hears("07 0b 0000 0001 03");
  }

  @Test
  void idsAreBounded() {
    device.says(CONNECT).hears(ACCEPTED);
    for (int i = 1; i <= 4; i++) {
      device.says("09 0a 0000 000" + i + " 61 2f 3" + i).hears("07 0b 000" + i + " 000" + i + "00");
    }
    device.says("09 0a 0000 0005 61 2f 35").hears("07 0b 0000 0005 01");
  }

  @Test
  void whoHasNoConnectionMaySayQosMinusOne() { // 6.8
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "#");
    device.says("08 0c 61 0001 0000 31").says("08 0c 62 6162 0000 32").hearsNothing();
    device.says("08 0c 60 0001 0000 33").hearsNothing(); // an id of nobody
    assertThat(listener.hearTexts()).containsExactly("1", "2");
    assertThat(link.drops).containsExactly("QoS -1 to an unknown topic");
  }

  // ---------------------------------------------------------------- 6.9, 6.10: receiving

  @Test
  void messagesToANameComeByTheIdOfItsSuback() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    speaker.publish("a/bcd", Qos.AT_MOST_ONCE, 0, "0");
    device.hears("08 0c 00 0001 0000 30");
    speaker.publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 20 0001 0001 31");
    speaker.publish("a/bcd", Qos.AT_MOST_ONCE, 0, "2");
    device.hearsNothing(); // one at a time
    device.says("07 0d 0001 0001 00").hears("08 0c 00 0001 0000 32");
  }

  @Test
  void messagesToAWildcardAreRegisteredFirst() { // 6.10
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("08 12 40 0001 61 2f 2b").hears("08 13 40 0000 0001 00");
    speaker.publish("a/1", Qos.AT_MOST_ONCE, 0, "0");
    device.hears("09 0a 0001 0001 61 2f 31");
    broker.pass(10_000);
    device.hears("09 0a 0001 0001 61 2f 31");
    device.says("07 0b 0001 0001 00").hears("08 0c 00 0001 0000 30");
    speaker.publish("a/1", Qos.EXACTLY_ONCE, 1, "1");
    device.hears("08 0c 40 0001 0001 31");
    broker.pass(10_000);
    device.hears("08 0c c0 0001 0001 31");
    device.says("04 0f 0001").hears("04 10 0001");
    broker.pass(10_000);
    device.hears("04 10 0001");
    device.says("04 0e 0001").hearsNothing();
    broker.pass(60_000);
    device.hearsNothing();
  }

  @Test
  void aTopicThatIsRefusedIsAloneNotSent() { // 6.10
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("08 12 20 0001 61 2f 2b").hears("08 13 20 0000 0001 00");
    speaker.publish("a/1", Qos.AT_LEAST_ONCE, 1, "1");
    speaker.publish("a/2", Qos.AT_LEAST_ONCE, 2, "2");
    device.hears("09 0a 0001 0001 61 2f 31");
    device.says("07 0b 0001 0001 03").hears("09 0a 0002 0002 61 2f 32");
    device.says("07 0b 0002 0002 00").hears("08 0c 20 0002 0002 32");
    assertThat(link.drops).containsExactly("the device refused its topic: NOT_SUPPORTED");
  }

  @Test
  void anIdThatTheDeviceHasLostIsRegisteredAgain() { // 6.10
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    speaker.publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 20 0001 0001 31");
    device.says("07 0d 0001 0001 02").hears("0b 0a 0002 0001 61 2f 62 63 64");
    device.says("07 0b 0002 0001 00").hears("08 0c 20 0002 0001 31");
    device.says("07 0d 0002 0001 02").hearsNothing(); // it had its chance
    assertThat(link.drops).containsExactly("the device does not know its topic");
  }

  @Test
  void whoAnswersNothingIsLost() { // 6.13
    VirtualClient speaker = speaker();
    device.says("0a 04 04 01 0000 70756d70").hears(ACCEPTED); // without keep alive
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    broker.pass(40_000);
    device.hears(
        "08 0c 22 6162 0001 31",
        "08 0c a2 6162 0001 31",
        "08 0c a2 6162 0001 31",
        "08 0c a2 6162 0001 31");
    assertThat(link.gateway.devices()).isZero();
  }

  @Test
  void aPredefinedIdIsSubscribedTo() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 21 0001 0002").hears("08 13 20 0002 0001 00");
    speaker.publish("pre/two", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 21 0002 0001 31");
    device.says("07 0d 0002 0001 00");
    device.says("07 14 01 0002 0002").hears("04 15 0002");
    speaker.publish("pre/two", Qos.AT_LEAST_ONCE, 2, "2");
    device.hearsNothing();
  }

  @ParameterizedTest
  @CsvSource({
    "07 12 21 0001 0009, 08 13 00 0000 0001 02",
    "0a 12 20 0001 61 2f 23 2f 62, 08 13 00 0000 0001 03",
    "08 12 20 0000 61 2f 62, 08 13 00 0000 0000 03",
  })
  void whatCannotBeSubscribedToIsRefused(String subscribe, String suback) {
    device.says(CONNECT).hears(ACCEPTED);
    device.says(subscribe).hears(suback);
  }

  @Test
  void whatNoDatagramHoldsIsDroppedAndTold() {
    link.sizeMax(20);
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "x".repeat(14));
    speaker.publish("ab", Qos.AT_MOST_ONCE, 0, "x");
    device.hears("08 0c 02 6162 0000 78");
    assertThat(link.drops).containsExactly("it is larger than a datagram");
  }

  // ---------------------------------------------------------------- 6.14: sleep

  @Test
  void aSleeperHearsAllOfItInOrderAndThenPingresp() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 42 0001 6162").hears("08 13 40 0000 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    assertThat(link.asleep).isOne();
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    speaker.publish("ab", Qos.AT_MOST_ONCE, 0, "0");
    speaker.publish("ab", Qos.EXACTLY_ONCE, 2, "2");
    broker.pass(299_000);
    device.hearsNothing();

    device.says("06 16 70756d70").hears("08 0c 22 6162 0001 31");
    device.says("07 0d 6162 0001 00").hears("08 0c 02 6162 0000 30", "08 0c 42 6162 0002 32");
    device.says("04 0f 0002").hears("04 10 0002");
    device.says("04 0e 0002").hears("02 17"); // after the last acknowledgement
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 3, "3");
    device.hearsNothing();
    device.says("06 16 70756d70").hears("08 0c 22 6162 0003 33");
    device.says("07 0d 6162 0003 00").hears("02 17");
  }

  @Test
  void aSleeperThatOnlyHasQosZeroIsToldWhenThatIsAll() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 02 0001 6162").hears("08 13 00 0000 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    speaker.publish("ab", Qos.AT_MOST_ONCE, 0, "1");
    speaker.publish("ab", Qos.AT_MOST_ONCE, 0, "2");
    device.says("06 16 70756d70").hears("08 0c 02 6162 0000 31", "08 0c 02 6162 0000 32", "02 17");
    device.says("06 16 70756d70").hears("02 17");
  }

  @Test
  void aSleeperThatDoesNotWakeUpIsLost() {
    VirtualClient listener = listener(Qos.AT_MOST_ONCE, "will");
    device.says("0a 04 0c 01 003c 70756d70").says("07 07 20 77696c6c").says("06 09 676f6e65");
    device.hears("02 06", "02 08", ACCEPTED);
    device.says("04 18 012c").hears(GOODBYE);
    broker.pass(329_999);
    assertThat(listener.hearTexts()).isEmpty();
    broker.pass(1);
    assertThat(listener.hearTexts()).containsExactly("gone");
    assertThat(link.asleep).isZero();
    device.says("06 16 70756d70").hears(GOODBYE);
  }

  @Test
  void whatWasOnItsWayWhenTheDeviceFellAsleepIsSentAgain() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    device.hears("08 0c 22 6162 0001 31");
    device.says("04 18 012c").hears(GOODBYE);
    broker.pass(100_000);
    device.hearsNothing();
    device.says("06 16 70756d70").hears("08 0c a2 6162 0001 31");
    device.says("07 0d 6162 0001 00").hears("02 17");
  }

  @Test
  void aSleeperComesBackByConnect() {
    VirtualClient speaker = speaker();
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    speaker.publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    device.says(CONNECT_AGAIN).hears(ACCEPTED, "08 0c 20 0001 0001 31"); // it kept its ids
  }

  @Test
  void aSleeperMayWakeUpAtAnotherAddress() {
    VirtualClient speaker = speaker();
    device.says(CONNECT).hears(ACCEPTED);
    device.says("07 12 22 0001 6162").hears("08 13 20 0000 0001 00");
    device.says("04 18 012c").hears(GOODBYE);
    speaker.publish("ab", Qos.AT_LEAST_ONCE, 1, "1");
    link.at("b").says("06 16 70756d70").hears("08 0c 22 6162 0001 31");
    device.says("02 16").hears(GOODBYE);
  }

  @Test
  void aSessionGoesOnAfterADisconnect() {
    VirtualClient speaker = speaker();
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    device.says(GOODBYE).hears(GOODBYE);
    speaker.publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    link.at("b").says(CONNECT_AGAIN).hears(ACCEPTED, "08 0c 20 0001 0001 31");
  }

  @Test
  void aSessionIsSharedWithMqtt() {
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("0a 12 20 0001 61 2f 62 63 64").hears("08 13 20 0001 0001 00");
    device.says(GOODBYE).hears(GOODBYE);
    VirtualClient client = broker.client();
    assertThat(client.connect(VirtualConnect.as("pump").resuming().expiring(100)).sessionPresent())
        .isTrue();
    speaker().publish("a/bcd", Qos.AT_LEAST_ONCE, 1, "1");
    assertThat(client.hearTexts()).containsExactly("1");
  }

  // ---------------------------------------------------------------- 5.5: forwarders

  @Test
  void aForwarderSpeaksForSeveral() {
    VirtualLink.Device forwarder = link.at("f");
    forwarder.says("05 fe 00 0001 0a0404 01003c 70756d70").hears("05 fe 00 0001 030500");
    forwarder.says("05 fe 00 0002 070404 01003c 32").hears("05 fe 00 0002 030500");
    forwarder.says("05 fe 00 0001 0216").hears("05 fe 00 0001 0217");
    forwarder.says("05 fe 00 0003 0216").hears("05 fe 00 0003 0218");
    assertThat(link.gateway.devices()).isEqualTo(2);
  }

  // ---------------------------------------------------------------- what nobody expects

  @Test
  void whatIsNoMessageIsCountedAndNotAnswered() {
    device.says("03 16").says("ff").says("02 ff").hearsNothing();
    assertThat(link.malformed).hasSize(3);
  }

  @Test
  void aBrokerThatStopsSaysGoodbye() {
    device.says(CONNECT).hears(ACCEPTED);
    broker.broker().shards().get(0).shutdown();
    broker.run();
    device.hears(GOODBYE);
    assertThat(link.gateway.devices()).isZero();
  }
}
