package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.client.internal.VirtualSnGateway.Became;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The connection of a client of MQTT-SN: exact octets, virtual time. Its id is pump. */
final class SnSessionTest {
  private static final String CONNECT = "0a 04 04 01 003c 70756d70"; // clean, 60 s
  private static final String CONNECT_AGAIN = "0a 04 00 01 003c 70756d70"; // goes on
  private static final String ACCEPTED = "03 05 00";
  private static final String GOODBYE = "02 18";
  private static final String ANYTHING = "06 16 70756d70"; // PINGREQ with the id

  private final VirtualSnGateway gateway = new VirtualSnGateway();

  private static SnWill will(String topic, String text) {
    return new SnWill(TopicName.of(topic), text.getBytes(StandardCharsets.UTF_8), 1, true);
  }

  private static SnPlan lasting() {
    return new SnPlan("pump", false, 60, 10_000, 2, 3, 4, Map.of());
  }

  // ---------------------------------------------------------------- coming and going

  @Test
  void aClientComesAndGoes() { // 6.2, 6.12
    Became connected = gateway.connect();
    gateway.hears(CONNECT).says(ACCEPTED);
    assertThat(connected).hasToString("done 0");

    Became left = gateway.disconnect();
    gateway.hears(GOODBYE);
    assertThat(left).hasToString("");
    gateway.says(GOODBYE);
    assertThat(left).hasToString("done 0");
    assertThat(gateway.losses).isEmpty();
    assertThat(gateway.disconnect()).hasToString("done 0");
    gateway.hears();
  }

  @Test
  void aSessionThatGoesOnSaysSo() {
    VirtualSnGateway other = new VirtualSnGateway(lasting(), null);
    other.connect();
    other.hears(CONNECT_AGAIN);
  }

  @ParameterizedTest
  @CsvSource({"01, congestion", "02, invalid topic id", "03, not supported", "ee, not supported"})
  void whoIsNotLetInHearsTheReturnCode(String code, String words) { // 5.3.10
    Became connected = gateway.connect();
    Became published = gateway.publish(1, "ab", "x");
    gateway.hears(CONNECT).says("03 05 " + code);

    String why = "REFUSED: the gateway refused CONNECT: " + words;
    assertThat(connected).hasToString(why);
    assertThat(published).hasToString(why);
    assertThat(gateway.losses).isEmpty();
    gateway.pass(1_000_000).hears();
  }

  @Test
  void theWillIsToldInTwoSteps() { // 6.3
    VirtualSnGateway other = new VirtualSnGateway(VirtualSnGateway.PLAN, will("w/1", "gone"));
    Became connected = other.connect();
    other.hears("0a 04 0c 01 003c 70756d70");
    other.says("02 06").hears("06 07 30 772f31");
    other.says("02 08").hears("06 09 676f6e65");
    assertThat(connected).hasToString("");
    other.says(ACCEPTED);
    assertThat(connected).hasToString("done 0");
  }

  @Test
  void whoHasNoWillAnswersWithNone() { // 5.4.7
    gateway.connect();
    gateway.hears(CONNECT).says("02 06").hears("02 07");
  }

  @Test
  void aConnectWithoutAnAnswerIsSentAgain() { // 6.13
    Became connected = gateway.connect();
    gateway.hears(CONNECT).pass(9_999).hears().pass(1).hears(CONNECT);
    gateway.pass(10_000).hears(CONNECT).pass(9_999).hears();
    assertThat(connected).hasToString("");
    gateway.pass(1).hears();
    assertThat(connected).hasToString("NO_GATEWAY: the gateway does not answer CONNECT");
    assertThat(gateway.losses).isEmpty(); // it never stood
    gateway.pass(1_000_000).hears();
  }

  @Test
  void questionsForTheWillAreAnAnswerOnce() {
    VirtualSnGateway other = new VirtualSnGateway(VirtualSnGateway.PLAN, will("w/1", "gone"));
    Became connected = other.connect();
    for (int i = 0; i < 100; i++) {
      other.says("02 06").pass(1_000);
    }
    assertThat(connected).hasToString("NO_GATEWAY: the gateway does not answer CONNECT");
  }

  @Test
  void whatIsNoAnswerToConnectIsNoAnswer() {
    Became connected = gateway.connect();
    gateway.hears(CONNECT).says(GOODBYE).says("02 17").says("07 0d 0001 0001 00").hears();
    assertThat(connected).hasToString("");
    gateway.says(ACCEPTED);
    assertThat(connected).hasToString("done 0");
  }

  @Test
  void whoIsConnectedIsConnectedAtOnce() {
    gateway.connected();
    assertThat(gateway.connect()).hasToString("done 0");
    gateway.hears();
  }

  @Test
  void whoConnectsDoesNotWaitWhereNobodyListens() {
    Became connected = gateway.connect();
    gateway.session.onUnreachable("nobody listens there", gateway.now());
    assertThat(connected).hasToString("NO_GATEWAY: nobody listens there");
    gateway.connected();
    gateway.session.onUnreachable("nobody listens there", gateway.now()); // it may come back
    assertThat(gateway.losses).isEmpty();
    gateway.session.onFailed("the cable is cut", gateway.now());
    assertThat(gateway.losses).containsExactly("the cable is cut");
  }

  @Test
  void aGatewayThatGoesFailsWhatWaits() { // 6.12
    gateway.connected();
    Became first = gateway.publish(1, "ab", "x");
    Became second = gateway.publish(0, "ab", "x");
    Became third = gateway.subscribe(1, "a/b");
    Became fourth = gateway.changeWill(null);
    Became fifth = gateway.disconnect();
    gateway.says(GOODBYE);

    String why = "the gateway has ended the connection, or does not know it any more";
    for (Became each : new Became[] {first, second, third, fourth, fifth}) {
      assertThat(each).hasToString("DISCONNECTED: " + why);
    }
    assertThat(gateway.losses).containsExactly(why);
    assertThat(gateway.publish(1, "ab", "x"))
        .hasToString("NOT_CONNECTED: the client is not connected");
  }

  @Test
  void goodbyeIsSaidWhenAllElseIs() {
    gateway.connected();
    Became published = gateway.publish(1, "ab", "x");
    Became left = gateway.disconnect();
    assertThat(gateway.publish(1, "ab", "y"))
        .hasToString("NOT_CONNECTED: the client is about to leave");
    gateway.hears("08 0c 22 6162 0001 78").says("07 0d 6162 0001 00").hears(GOODBYE);
    assertThat(published).hasToString("done 0");
    gateway.says(GOODBYE);
    assertThat(left).hasToString("done 0");
  }

  @Test
  void closingSaysGoodbyeAndWaitsForNothing() {
    gateway.connected();
    Became published = gateway.publish(1, "ab", "x");
    gateway.session.close(gateway.now());
    gateway.hears("08 0c 22 6162 0001 78", GOODBYE);
    assertThat(published).hasToString("CLOSED: the client is closed");
    assertThat(gateway.connect()).hasToString("CLOSED: the client is closed");
    assertThat(gateway.publish(-1, "ab", "x")).hasToString("CLOSED: the client is closed");
    assertThat(gateway.losses).isEmpty();
    gateway.pass(1_000_000).hears();
  }

  @Test
  void notAnyNumberOfWishesWaits() {
    gateway.connect();
    for (int i = 0; i < 16; i++) {
      assertThat(gateway.sleep(1)).hasToString("");
    }
    assertThat(gateway.sleep(1)).hasToString("QUEUE_FULL: 16 wait already");
  }

  // ---------------------------------------------------------------- keep alive

  @Test
  void whoHasNothingToSayAsksWhetherTheGatewayIsThere() { // 6.11
    gateway.connected().pass(44_999).hears().pass(1).hears("02 16").says("02 17");
    gateway.pass(45_000).hears("02 16").says("02 17");
    gateway.says("02 16").hears("02 17"); // and a gateway may ask
  }

  @Test
  void aGatewayThatIsSilentIsLost() {
    gateway.connected();
    gateway.pass(45_000).hears("02 16").pass(10_000).hears("02 16").pass(10_000).hears("02 16");
    assertThat(gateway.losses).isEmpty();
    gateway.pass(10_000);
    assertThat(gateway.losses).containsExactly("the gateway does not answer PINGREQ");
  }

  @Test
  void whoOnlyEverSpeaksAsksToo() { // of QoS 0 no answer comes
    gateway.connected();
    for (int i = 0; i < 4; i++) {
      gateway.publish(0, "ab", "x");
      gateway.pass(10_000);
    }
    String said = "08 0c 02 6162 0000 78";
    gateway.hears(said, said, said, said).pass(5_000).hears("02 16");
  }

  @Test
  void withoutKeepAliveNothingIsAsked() {
    VirtualSnGateway other =
        new VirtualSnGateway(new SnPlan("pump", true, 0, 10_000, 2, 3, 4, Map.of()), null);
    other.connected().pass(10_000_000).hears();
  }

  // ---------------------------------------------------------------- sleep

  @Test
  void aSleeperAsksForItsMessagesAndSleepsOn() { // 6.14
    gateway.connected();
    Became slept = gateway.sleep(300);
    gateway.hears("04 18 012c").says(GOODBYE);
    assertThat(slept).hasToString("done 0");
    gateway.pass(299_000).hears(); // no keep alive

    Became woken = gateway.wake();
    gateway.hears(ANYTHING);
    gateway.says("08 0c 02 6162 0000 31").hears();
    gateway.says("08 0c 22 6162 0001 32").hears("07 0d 6162 0001 00");
    gateway
        .says("08 0c 42 6162 0002 33")
        .hears("04 0f 0002")
        .says("04 10 0002")
        .hears("04 0e 0002");
    assertThat(woken).hasToString("");
    gateway.says("02 17");
    assertThat(woken).hasToString("done 0");
    assertThat(gateway.messages).containsExactly("ab=1", "ab=2", "ab=3");
    assertThat(gateway.publish(1, "ab", "x"))
        .hasToString("NOT_CONNECTED: the client sleeps: it has to connect first");
    gateway.pass(1_000_000).hears();
  }

  @Test
  void aSleeperBecomesActiveByConnecting() { // its session goes on, clean or not
    gateway.connected().asleep();
    Became connected = gateway.connect();
    gateway.hears(CONNECT_AGAIN).says(ACCEPTED);
    assertThat(connected).hasToString("done 0");
    Became published = gateway.publish(1, "ab", "x");
    gateway.hears("08 0c 22 6162 0001 78").says("07 0d 6162 0001 00");
    assertThat(published).hasToString("done 0");
    Became again = gateway.sleep(60);
    gateway.hears("04 18 003c").says(GOODBYE);
    assertThat(again).hasToString("done 0");
  }

  @Test
  void aSleeperMaySleepLongerAndMayGo() {
    gateway.connected().asleep();
    Became longer = gateway.sleep(600);
    gateway.hears("04 18 0258").says(GOODBYE);
    assertThat(longer).hasToString("done 0");
    Became left = gateway.disconnect();
    gateway.hears(GOODBYE).says(GOODBYE);
    assertThat(left).hasToString("done 0");
    assertThat(gateway.losses).isEmpty();
  }

  @Test
  void sleepBeginsWhenAllIsSaid() {
    gateway.connected();
    gateway.publish(2, "ab", "x");
    Became slept = gateway.sleep(300);
    gateway.hears("08 0c 42 6162 0001 78").says("04 0f 0001").hears("04 10 0001");
    gateway.says("04 0e 0001").hears("04 18 012c").says(GOODBYE);
    assertThat(slept).hasToString("done 0");
  }

  @Test
  void onlyWhoIsConnectedSleepsAndOnlyWhoSleepsWakesUp() {
    assertThat(gateway.sleep(1)).hasToString("NOT_CONNECTED: the client is not connected");
    assertThat(gateway.wake()).hasToString("NOT_CONNECTED: the client does not sleep");
    gateway.connected();
    assertThat(gateway.wake()).hasToString("NOT_CONNECTED: the client does not sleep");
    gateway.hears();
  }

  @Test
  void aSleeperThatIsNotKnownAnyMoreHearsIt() { // a gateway that was started again
    gateway.connected().asleep();
    Became woken = gateway.wake();
    gateway.hears(ANYTHING).says(GOODBYE);
    assertThat(woken.toString()).startsWith("DISCONNECTED: ");
    assertThat(gateway.losses).hasSize(1);
  }

  @Test
  void aSecondAnswerToTheSameGoodbyeEndsNothing() {
    gateway.connected();
    Became slept = gateway.sleep(300);
    gateway.pass(10_000).hears("04 18 012c", "04 18 012c").says(GOODBYE).says(GOODBYE);
    assertThat(slept).hasToString("done 0");
    assertThat(gateway.losses).isEmpty();
    Became woken = gateway.wake();
    gateway.hears(ANYTHING).says(GOODBYE); // but this is one
    assertThat(woken.toString()).startsWith("DISCONNECTED: ");
  }

  @Test
  void whoWakesUpAsksAgainWhileNothingComes() {
    gateway.connected().asleep();
    Became woken = gateway.wake();
    gateway.hears(ANYTHING).pass(10_000).hears(ANYTHING).pass(9_000).hears();
    gateway.says("08 0c 02 6162 0000 31").pass(9_999).hears().pass(1).hears(ANYTHING);
    gateway.pass(20_000).hears(ANYTHING);
    assertThat(woken).hasToString("NO_GATEWAY: the gateway does not answer PINGREQ");
    assertThat(gateway.losses).hasSize(1);
  }

  // ---------------------------------------------------------------- the Will

  @Test
  void theWillIsChangedInTwoParts() { // 6.4
    gateway.connected();
    Became changed = gateway.changeWill(will("w/2", "late"));
    gateway.hears("06 1a 30 772f32").says("03 1b 00").hears("06 1c 6c617465").says("03 1d 00");
    assertThat(changed).hasToString("done 0");
    gateway.asleep().connect(); // and told anew
    gateway.hears("0a 04 08 01 003c 70756d70").says("02 06").hears("06 07 30 772f32");
  }

  @Test
  void aWillIsTakenAwayInOne() {
    gateway.connected();
    Became first = gateway.changeWill(null);
    Became second = gateway.changeWill(null);
    gateway.hears("02 1a").says("03 1b 00").hears("02 1a").says("03 1b 03");
    assertThat(first).hasToString("done 0");
    assertThat(second).hasToString("REFUSED: the gateway refused WILLTOPICUPD: not supported");
  }

  @Test
  void aWillThatIsNotAnsweredForIsToldAgain() {
    gateway.connected();
    Became changed = gateway.changeWill(will("w/2", "late"));
    gateway.hears("06 1a 30 772f32").says("03 1b 01").pass(10_000).hears("06 1a 30 772f32");
    gateway.says("03 1b 01").pass(10_000).hears("06 1a 30 772f32").says("03 1b 01").pass(10_000);
    assertThat(changed).hasToString("REFUSED: the gateway refused WILLTOPICUPD: congestion");
    assertThat(gateway.losses).isEmpty();
  }
}
