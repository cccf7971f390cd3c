package io.whimbrel.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One session, had by a device of MQTT-SN and by a client of MQTT 5 in turns. */
final class SnAlternatingTest {
  private static final String CONNECT_AGAIN = "0a 04 00 01 003c 70756d70"; // pump goes on, 60 s
  private static final String ACCEPTED = "03 05 00";
  private static final String GOODBYE = "02 18";

  private final VirtualBroker broker = new VirtualBroker();
  private final VirtualLink link =
      new VirtualLink(
          broker, new SnSettings(7, 0, 10_000, 3, 9, 9, Map.of(1, "pre/one"), true, true, false));
  private final VirtualLink.Device device = link.at("a");
  private final VirtualClient speaker = speaker();

  private VirtualClient speaker() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("speaker"));
    return client;
  }

  private static VirtualConnect pump() {
    return VirtualConnect.as("pump").resuming().expiring(3_600);
  }

  @Test
  void aClientTakesOverWhatTheDeviceHadSubscribedAndWhatWaits() {
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    device.says("07 12 41 0001 0001").hears("08 13 40 0001 0001 00"); // QoS 2
    device.says("08 12 20 0002 612f2b").hears("08 13 20 0000 0002 00"); // a/+, QoS 1
    device.says("04 18 003c").hears(GOODBYE); // it sleeps
    speaker.publish("a/b", Qos.AT_LEAST_ONCE, 1, "one");
    speaker.publish("pre/one", Qos.AT_LEAST_ONCE, 2, "two");
    VirtualClient client = broker.client();
    assertThat(client.connect(pump()).sessionPresent()).isTrue();
    device.hears(GOODBYE);
    assertThat(client.hear(Publish.class).payload()).asString().isEqualTo("one");
    assertThat(client.hear(Publish.class).payload()).asString().isEqualTo("two");
    client.puback(1).puback(2);
    device.says("06 16 70756d70").hears(GOODBYE); // it is not connected any more
  }

  @Test
  void aDeviceTakesOverFromAClient() {
    VirtualClient client = broker.client();
    client.connect(pump());
    client.subscribe(Qos.AT_LEAST_ONCE, "a/+", "pre/one");
    client.disconnect();
    speaker.publish("a/b", Qos.AT_LEAST_ONCE, 1, "1");
    speaker.publish("pre/one", Qos.AT_LEAST_ONCE, 2, "2");
    device.says(CONNECT_AGAIN).hears(ACCEPTED, "09 0a d6ba 0001 612f62"); // ids of before are none
    device.says("07 0b d6ba 0001 00").hears("08 0c 20 d6ba 0001 31");
    device.says("07 0d d6ba 0001 00").hears("08 0c 21 0001 0002 32");
    device.says("07 0d 0001 0002 00").hearsNothing();
  }

  @Test
  void aClientIsToldThatADeviceHasTakenOver() { // [MQTT-3.1.4-3]
    VirtualClient client = broker.client();
    client.connect(pump());
    device.says(CONNECT_AGAIN).hears(ACCEPTED);
    assertThat(client.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
  }

  @Test
  void eachConnectSetsTheWillAnew() {
    VirtualClient listener = broker.client();
    listener.connect(VirtualConnect.as("listener"));
    listener.subscribe(Qos.AT_MOST_ONCE, "will/#");
    VirtualClient client = broker.client();
    client.connect(pump().will("will/client", Qos.AT_MOST_ONCE, false, "client"));
    client.disconnect();
    device.says("0a 04 08 01 003c 70756d70"); // with a Will
    device.says("0a 07 00 77696c6c2f6162"); // will/ab
    device.says("03 09 64").hears("02 06", "02 08", ACCEPTED);
    broker.pass(100_000); // it is silent
    assertThat(listener.hearTexts()).containsExactly("d");
    client = broker.client();
    client.connect(pump());
    client.vanish();
    broker.pass(100_000);
    assertThat(listener.hearAll()).isEmpty(); // that of the device is not there any more
  }

  @Test
  void aMessageOfQos2ThatTheClientHadBegunIsEndedByTheDevice() {
    VirtualClient client = broker.client();
    client.connect(pump());
    client.subscribe(Qos.EXACTLY_ONCE, "pre/one");
    speaker.publish("pre/one", Qos.EXACTLY_ONCE, 1, "1");
    speaker.pubrel(1);
    assertThat(client.hear(Publish.class).packetId()).isEqualTo(1);
    client.pubrec(1);
    client.vanish();
    device.says(CONNECT_AGAIN).hears(ACCEPTED, "04 10 0001");
    device.says("04 0e 0001").hearsNothing();
  }
}
