package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.client.internal.VirtualSnGateway.Became;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Messages and subscriptions of a client of MQTT-SN: exact octets, virtual time. */
final class SnMessagesTest {
  private final VirtualSnGateway gateway = new VirtualSnGateway().connected();

  private VirtualSnGateway lasting() {
    SnPlan plan = new SnPlan("pump", false, 60, 10_000, 2, 3, 4, Map.of());
    return new VirtualSnGateway(plan, null).connected();
  }

  // ---------------------------------------------------------------- topics

  @Test
  void aTopicIsRegisteredOnce() { // 6.5
    Became first = gateway.publish(1, "a/b", "x");
    Became second = gateway.publish(0, "a/b", "y");
    gateway.hears("09 0a 0000 0001 612f62").says("07 0b 0005 0001 00");
    gateway.hears("08 0c 20 0005 0002 78").says("07 0d 0005 0002 00");
    gateway.hears("08 0c 00 0005 0000 79");
    assertThat(first).hasToString("done 0");
    assertThat(second).hasToString("done 0");
  }

  @Test
  void shortAndPredefinedTopicsAreNot() { // 6.7
    gateway.publish(0, "ab", "x");
    gateway.publish(0, 9, "x");
    gateway.publish(0, "pre/seven", "x");
    gateway.hears("08 0c 02 6162 0000 78", "08 0c 01 0009 0000 78", "08 0c 01 0007 0000 78");
  }

  @Test
  void anIdThatTheGatewayHasLostIsAskedForOnceMore() { // 6.6
    Became published = gateway.publish(1, "a/b", "x");
    gateway.hears("09 0a 0000 0001 612f62").says("07 0b 0005 0001 00");
    gateway.hears("08 0c 20 0005 0002 78").says("07 0d 0005 0002 02");
    gateway.hears("09 0a 0000 0003 612f62").says("07 0b 0006 0003 00");
    gateway.hears("08 0c 20 0006 0004 78").says("07 0d 0006 0004 02");
    assertThat(published).hasToString("REFUSED: the gateway refused PUBLISH: invalid topic id");
    gateway.pass(20_000).hears();
  }

  @Test
  void afterQos0TheNextMessageAsksForTheIdAnew() {
    gateway.publish(0, "a/b", "x");
    gateway.hears("09 0a 0000 0001 612f62").says("07 0b 0005 0001 00");
    gateway.hears("08 0c 00 0005 0000 78").says("07 0d 0005 0000 02");
    gateway.publish(0, "a/b", "y");
    gateway.hears("09 0a 0000 0002 612f62");
  }

  @Test
  void aPredefinedTopicThatTheGatewayDoesNotKnowIsRefused() {
    Became published = gateway.publish(1, 9, "x");
    gateway.hears("08 0c 21 0009 0001 78").says("07 0d 0009 0001 02").hears();
    assertThat(published).hasToString("REFUSED: the gateway refused PUBLISH: invalid topic id");
  }

  @Test
  void aRegistrationThatIsRefusedFailsItsMessageAlone() {
    Became first = gateway.publish(1, "a/b", "x");
    Became second = gateway.publish(0, "ab", "y");
    gateway.hears("09 0a 0000 0001 612f62").says("07 0b 0000 0001 03");
    assertThat(first).hasToString("REFUSED: the gateway refused REGISTER: not supported");
    gateway.hears("08 0c 02 6162 0000 79");
    assertThat(second).hasToString("done 0");
    Became third = gateway.publish(1, "a/b", "x");
    gateway.hears("09 0a 0000 0002 612f62").says("07 0b 0000 0002 00"); // no id at all
    assertThat(third).hasToString("REFUSED: the gateway refused REGISTER: invalid topic id");
  }

  @Test
  void asManyTopicsAreRememberedAsMayBe() { // four
    for (int i = 1; i <= 5; i++) {
      gateway.publish(0, "t/" + i, "x");
      gateway.says("07 0b 000" + i + " 000" + i + " 00");
    }
    gateway.publish(0, "t/5", "x");
    gateway.publish(0, "t/1", "x"); // the first is forgotten
    gateway.hears(
        "09 0a 0000 0001 742f31",
        "08 0c 00 0001 0000 78",
        "09 0a 0000 0002 742f32",
        "08 0c 00 0002 0000 78",
        "09 0a 0000 0003 742f33",
        "08 0c 00 0003 0000 78",
        "09 0a 0000 0004 742f34",
        "08 0c 00 0004 0000 78",
        "09 0a 0000 0005 742f35",
        "08 0c 00 0005 0000 78",
        "08 0c 00 0005 0000 78",
        "09 0a 0000 0006 742f31");
  }

  @Test
  void whoConnectsAnewRegistersAnew() { // the gateway may have been started again
    VirtualSnGateway lasting = lasting();
    lasting.publish(0, "a/b", "x");
    lasting.hears("09 0a 0000 0001 612f62").says("07 0b 0005 0001 00");
    lasting.hears("08 0c 00 0005 0000 78");
    lasting.disconnect();
    lasting.hears("02 18").says("02 18").connected();
    lasting.publish(0, "a/b", "x");
    lasting.hears("09 0a 0000 0002 612f62");
    lasting.says("08 0c 00 0005 0000 7a"); // what it was told by it is still told
    assertThat(lasting.messages).containsExactly("a/b=z");
  }

  // ---------------------------------------------------------------- to the gateway

  @Test
  void qos2IsAcknowledgedInThreeSteps() { // 6.6
    Became published = gateway.publish(2, "ab", "x");
    gateway.hears("08 0c 42 6162 0001 78").says("04 0f 0001").hears("04 10 0001");
    gateway.says("04 0f 0001").hears(); // it crossed PUBREL
    assertThat(published).hasToString("");
    gateway.says("04 0e 0001");
    assertThat(published).hasToString("done 0");
  }

  @Test
  void whatHasNoAnswerIsSentAgainAndSaysSo() { // 6.13
    Became published = gateway.publish(2, "ab", "x");
    gateway.hears("08 0c 42 6162 0001 78").pass(10_000).hears("08 0c c2 6162 0001 78");
    gateway.says("04 0f 0001").hears("04 10 0001").pass(10_000).hears("04 10 0001");
    gateway.pass(10_000).hears("04 10 0001").pass(10_000);
    assertThat(published).hasToString("NO_GATEWAY: the gateway does not answer PUBREL");
    assertThat(gateway.losses).containsExactly("the gateway does not answer PUBREL");
  }

  @Test
  void oneMessageIsOnItsWayAndFewWait() { // 6.13
    Became first = gateway.publish(1, "ab", "1");
    Became second = gateway.publish(1, "ab", "2");
    gateway.publish(1, "ab", "3");
    gateway.publish(1, "ab", "4");
    assertThat(gateway.publish(1, "ab", "5")).hasToString("QUEUE_FULL: 3 wait already");
    gateway.hears("08 0c 22 6162 0001 31").says("07 0d 6162 0001 00");
    assertThat(first).hasToString("done 0");
    gateway.hears("08 0c 22 6162 0002 32");
    gateway.says("07 0d 6162 0001 00").says("07 0d 6162 0009 00").hears(); // of no message
    assertThat(second).hasToString("");
  }

  @Test
  void whatIsCongestedIsTriedAgain() { // 5.3.10
    Became published = gateway.publish(1, "ab", "x");
    gateway.hears("08 0c 22 6162 0001 78").pass(5_000).says("07 0d 6162 0001 01");
    gateway.pass(9_999).hears().pass(1).hears("08 0c a2 6162 0001 78").says("07 0d 6162 0001 00");
    assertThat(published).hasToString("done 0");
  }

  @Test
  void notForEver() {
    Became registered = gateway.publish(1, "a/b", "x");
    Became subscribed = gateway.subscribe(1, "c/d");
    gateway.hears("09 0a 0000 0001 612f62", "08 12 20 0002 632f64");
    for (int i = 0; i < 3; i++) {
      gateway.says("07 0b 0000 0001 01").says("08 13 00 0000 0002 01").pass(10_000);
    }
    gateway.hears(
        "09 0a 0000 0001 612f62",
        "08 12 a0 0002 632f64",
        "09 0a 0000 0001 612f62",
        "08 12 a0 0002 632f64");
    assertThat(registered).hasToString("REFUSED: the gateway refused REGISTER: congestion");
    assertThat(subscribed).hasToString("REFUSED: the gateway refused SUBSCRIBE: congestion");
    assertThat(gateway.losses).isEmpty();
  }

  @Test
  void whatIsRefusedIsOver() {
    Became published = gateway.publish(2, "ab", "x");
    gateway.hears("08 0c 42 6162 0001 78").says("07 0d 6162 0001 03");
    assertThat(published).hasToString("REFUSED: the gateway refused PUBLISH: not supported");
    gateway.pass(20_000).hears();
  }

  @Test
  void aMessageThatWasGivenUpIsLetGoOf() { // the gateway has its id until PUBREL
    gateway.says("04 0f 0077").hears("04 10 0077").says("04 0e 0077").hears();
  }

  @Test
  void qosMinus1NeedsNoConnection() { // 6.8
    VirtualSnGateway other = new VirtualSnGateway();
    assertThat(other.publish(-1, 9, "x")).hasToString("done 0");
    assertThat(other.publish(-1, "ab", "x")).hasToString("done 0");
    assertThat(other.publish(-1, "pre/seven", "x")).hasToString("done 0");
    other.hears("08 0c 61 0009 0000 78", "08 0c 62 6162 0000 78", "08 0c 61 0007 0000 78");
    assertThat(other.publish(-1, "a/b", "x").toString()).startsWith("NOT_CONNECTED: without a");
    other.hears();
  }

  @Test
  void whatNoDatagramHoldsFailsAlone() {
    gateway.sizeMax = 10;
    assertThat(gateway.publish(1, "ab", "too long"))
        .hasToString("TOO_LARGE: a PUBLISH has 15 octets, and a datagram at most 10");
    assertThat(gateway.publish(0, "long/name", "x").toString()).startsWith("TOO_LARGE: a REGISTER");
    assertThat(gateway.publish(-1, "ab", "too long").toString()).startsWith("TOO_LARGE: ");
    assertThat(gateway.subscribe(0, "long/name").toString()).startsWith("TOO_LARGE: a SUBSCRIBE");
    gateway.hears();
    assertThat(gateway.publish(0, "ab", "x")).hasToString("done 0");
    gateway.hears("08 0c 02 6162 0000 78");
  }

  // ---------------------------------------------------------------- subscriptions

  @Test
  void aFilterIsSubscribedAndItsIdIsKnown() { // 6.9
    Became subscribed = gateway.subscribe(2, "a/b");
    gateway.hears("08 12 40 0001 612f62").says("08 13 20 0009 0001 00");
    assertThat(subscribed).hasToString("done 1"); // what was granted
    gateway.says("08 0c 00 0009 0000 31");
    assertThat(gateway.messages).containsExactly("a/b=1");
    gateway.publish(0, "a/b", "x");
    gateway.hears("08 0c 00 0009 0000 78");
  }

  @Test
  void wildcardsShortAndPredefinedTopicsAreSubscribed() { // 6.9
    gateway.subscribe(0, "a/#");
    gateway.hears("08 12 00 0001 612f23").says("08 13 00 0000 0001 00");
    gateway.subscribe(0, "ab");
    gateway.hears("07 12 02 0002 6162").says("08 13 00 0000 0002 00");
    gateway.subscribe(0, "+/");
    gateway.hears("07 12 00 0003 2b2f").says("08 13 00 0000 0003 00");
    Became last = gateway.subscribe(1, 9);
    gateway.hears("07 12 21 0004 0009").says("08 13 20 0009 0004 00");
    assertThat(last).hasToString("done 1");
    gateway.says("08 0c 01 0009 0000 31").says("08 0c 01 0007 0000 32").hears();
    assertThat(gateway.messages).containsExactly("9=1", "pre/seven=2");
  }

  @Test
  void aSharedSubscriptionNamesTheTopicBehindIt() {
    gateway.subscribe(0, "$share/g/a/b");
    gateway.hears("11 12 00 0001 2473686172652f672f612f62").says("08 13 00 0009 0001 00");
    gateway.says("08 0c 00 0009 0000 31");
    assertThat(gateway.messages).containsExactly("a/b=1");
  }

  @Test
  void oneSubscriptionIsAskedForAtATime() { // 6.13
    Became first = gateway.subscribe(0, "a/#");
    Became second = gateway.unsubscribe("a/#");
    gateway.hears("08 12 00 0001 612f23").pass(10_000).hears("08 12 80 0001 612f23");
    gateway.says("08 13 00 0000 0001 03");
    assertThat(first).hasToString("REFUSED: the gateway refused SUBSCRIBE: not supported");
    gateway.hears("08 14 00 0002 612f23").says("04 15 0001").says("04 15 0002");
    assertThat(second).hasToString("done 0");
  }

  // ---------------------------------------------------------------- from the gateway

  @Test
  void aTopicThatIsNotKnownIsSaidSoWhateverTheQos() { // 6.10
    gateway.says("08 0c 00 0005 0000 78").hears("07 0d 0005 0000 02");
    gateway.says("08 0c 20 0005 0001 78").hears("07 0d 0005 0001 02");
    gateway.says("09 0a 0005 0003 612f62").hears("07 0b 0005 0003 00");
    gateway.says("08 0c a0 0005 0001 78").hears("07 0d 0005 0001 00");
    assertThat(gateway.messages).containsExactly("a/b=x");
  }

  @Test
  void aRegistrationOfWhatIsNoTopicIsRefused() {
    gateway.says("09 0a 0005 0003 612f23").hears("07 0b 0005 0003 03");
    gateway.says("09 0a 0000 0004 612f62").hears("07 0b 0000 0004 03");
    gateway.says("08 0c 02 232f 0000 78").hears("07 0d 232f 0000 02");
    gateway.says("08 0c 01 0000 0000 78").hears("07 0d 0000 0000 02");
    assertThat(gateway.messages).isEmpty();
  }

  @Test
  void aMessageIsAcknowledgedWhenItIsDealtWith() {
    gateway.handles = false;
    gateway.says("08 0c 22 6162 0001 31").hears();
    gateway.says("08 0c a2 6162 0001 31").hears(); // sent again meanwhile
    gateway.handled(true).hears("07 0d 6162 0001 00");
    gateway.says("08 0c 22 6162 0002 32").handled(false).hears("07 0d 6162 0002 03");
    assertThat(gateway.messages).containsExactly("ab=1", "ab=2");
  }

  @Test
  void qos2ComesExactlyOnce() { // 6.6
    gateway.says("08 0c 42 6162 0001 31").hears("04 0f 0001");
    gateway.says("08 0c c2 6162 0001 31").hears("04 0f 0001");
    gateway.says("08 0c 42 6162 0001 31").hears("04 0f 0001"); // a datagram that came twice
    gateway.says("04 10 0001").hears("04 0e 0001").says("04 10 0001").hears("04 0e 0001");
    assertThat(gateway.messages).containsExactly("ab=1");
    gateway.says("08 0c 42 6162 0001 32").hears("04 0f 0001"); // the id is free again
    assertThat(gateway.messages).containsExactly("ab=1", "ab=2");
  }

  @Test
  void whatWasHeldOverAConnectionIsToldByDup() {
    VirtualSnGateway lasting = lasting();
    lasting.says("08 0c 42 6162 0001 31").hears("04 0f 0001");
    lasting.disconnect();
    lasting.hears("02 18").says("02 18").connected();
    lasting.says("08 0c c2 6162 0001 31").hears("04 0f 0001"); // again
    assertThat(lasting.messages).containsExactly("ab=1");
    lasting.says("08 0c 42 6162 0001 32").hears("04 0f 0001"); // another, as its session was lost
    lasting.says("08 0c c2 6162 0001 32").hears("04 0f 0001");
    assertThat(lasting.messages).containsExactly("ab=1", "ab=2");
  }

  @Test
  void aMessageThatWasDealtWithTooLateIsNotToldTwice() {
    VirtualSnGateway lasting = lasting();
    lasting.handles = false;
    lasting.says("08 0c 42 6162 0001 31").hears();
    lasting.disconnect();
    lasting.hears("02 18").says("02 18").connected();
    lasting.says("08 0c c2 6162 0001 31").hears(); // it is still dealt with
    lasting.handled(true).hears();
    lasting.says("08 0c c2 6162 0001 31").hears("04 0f 0001");
    assertThat(lasting.messages).containsExactly("ab=1");
  }

  @Test
  void whereManyWaitMoreIsNotTaken() { // three
    gateway.handles = false;
    for (int i = 1; i <= 3; i++) {
      gateway.says("08 0c 02 6162 0000 31");
    }
    gateway.says("08 0c 02 6162 0000 32").hears();
    gateway.says("08 0c 22 6162 0001 33").hears("07 0d 6162 0001 01");
    assertThat(gateway.dropped).isEqualTo(1);
    gateway.handled(true).says("08 0c a2 6162 0001 33").handled(true).handled(true).handled(true);
    gateway.hears("07 0d 6162 0001 00");
    assertThat(gateway.messages).hasSize(4);
  }

  @Test
  void whoIsNotConnectedTakesNothing() {
    VirtualSnGateway other = new VirtualSnGateway();
    other.says("08 0c 02 6162 0000 31").says("04 10 0001").says("02 16").hears();
    assertThat(other.messages).isEmpty();
  }
}
