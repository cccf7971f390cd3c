package io.whimbrel.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which device may have which name, and from where. */
final class SnIdentityTest {
  private static final String PUMP = "0a 04 00 01 003c 70756d70"; // pump, goes on
  private static final String PANEL = "0b 04 00 01 003c 70616e656c";
  private static final String PUMP_WAKES = "06 16 70756d70";

  private final List<Origin> origins = new ArrayList<>();
  private final VirtualBroker broker =
      new VirtualBroker(
          1,
          VirtualBroker.limits(),
          new VirtualBroker.OpenAccess() {
            @Override
            public void authenticate(
                String clientId, Connect connect, Origin origin, Answer answer) {
              origins.add(origin);
              super.authenticate(clientId, connect, origin, answer);
            }
          });

  private static final SnClients PUMPS =
      new SnClients() {
        @Override
        public boolean mayBe(String clientId, @Nullable String user) {
          return user == null ? clientId.equals("pump") : clientId.equals(user);
        }

        @Override
        public Map<Integer, String> predefined(String clientId) {
          return clientId.equals("pump") ? Map.of(1, "pump/level", 9, "pump/alarm") : Map.of();
        }
      };

  private VirtualLink link(boolean moves) {
    return new VirtualLink(
        broker,
        new SnSettings(7, 0, 10_000, 3, 9, 4, Map.of(1, "pre/one", 2, "pre/two"), true, true, moves)
            .knowing(PUMPS, null));
  }

  @Test
  void aNameThatIsNotLetInIsRefused() {
    VirtualLink link = link(false);
    link.at("a").says(PANEL).hears("03 05 03");
    link.at("a").says(PUMP).hears("03 05 00");
    assertThat(link.refused).containsExactly("panel");
  }

  @Test
  void whoHasProvedWhoItIsHasNoOtherName() {
    VirtualLink link = link(false);
    link.proved("a", "panel").says(PUMP).hears("03 05 03");
    link.proved("a", "panel").says(PANEL).hears("03 05 00");
  }

  @Test
  void itsUserIsTheUserOfTheBroker() {
    link(false).proved("a", "pump").says(PUMP).hears("03 05 00");
    assertThat(origins).extracting(Origin::user).containsExactly("pump");
  }

  @Test
  void aSleeperThatProvesWhoItIsWakesUpElsewhere() {
    VirtualLink link = link(false);
    link.proved("a", "pump").says(PUMP).hears("03 05 00").says("04 18 003c").hears("02 18");
    link.proved("b", "pump").says(PUMP_WAKES).hears("02 17");
    link.proved("c", "panel").says(PUMP_WAKES).hears("02 18"); // it is another
    link.at("d").says(PUMP_WAKES).hears("02 18"); // it proves nothing
  }

  @Test
  void settingsThatLetSleepersMoveDoNotGiveAwayWhoHasProvedWhoItIs() {
    VirtualLink link = link(true);
    link.proved("a", "pump").says(PUMP).hears("03 05 00").says("04 18 003c").hears("02 18");
    link.at("d").says(PUMP_WAKES).hears("02 18");
  }

  @Test
  void whoIsNotLetInYetTakesNothingFromASession() {
    VirtualLink link =
        new VirtualLink(broker, new SnSettings(7, 0, 10_000, 3, 9, 4, Map.of(), true, true, false));
    VirtualLink.Device pump = link.at("a").says(PUMP).hears("03 05 00");
    pump.says("08 0a 0000 0001 612f").hears("07 0b 0001 0001 00");
    VirtualLink.Device mallory = link.at("b").says("0a 04 08 01 003c 70756d70").hears("02 06");
    mallory.says("0a 04 0c 01 003c 70756d70").hears("02 06"); // begins anew, with a Will
    pump.says("08 0c 20 0001 0007 31").hears("07 0d 0001 0007 00"); // the id is still one
  }

  @Test
  void aTopicOfItsOwnThatWouldBeNoneIsLeftOut() {
    VirtualLink link =
        new VirtualLink(
            broker,
            new SnSettings(7, 0, 10_000, 3, 9, 4, Map.of(1, "pre/one"), true, true, false)
                .knowing(
                    new SnClients() {
                      @Override
                      public Map<Integer, String> predefined(String clientId) {
                        return Map.of(1, clientId.repeat(20_000));
                      }
                    },
                    null));
    link.at("a").says(PUMP).hears("03 05 00");
  }

  @Test
  void whoIsNotLetInAnyMoreIsToldAndLost() {
    VirtualLink link = link(false);
    VirtualClient listener = broker.client();
    listener.connect(VirtualConnect.as("listener"));
    listener.subscribe(Qos.AT_MOST_ONCE, "#");
    VirtualLink.Device pump = link.proved("a", "pump").says("0a 04 0c 01 003c 70756d70");
    pump.says("07 07 20 77696c6c").says("06 09 676f6e65").hears("02 06", "02 08", "03 05 00");
    VirtualLink.Device panel = link.proved("b", "panel").says(PANEL).hears("03 05 00");
    link.end(peer -> "pump".equals(peer.user()));
    pump.hears("02 18").says("02 16").hears("02 18");
    panel.says("02 16").hears("02 17");
    assertThat(listener.hearTexts()).containsExactly("gone");
  }

  @Test
  void aDeviceHasTopicsOfItsOwn() { // 6.7
    VirtualLink link = link(false);
    VirtualClient listener = broker.client();
    listener.connect(VirtualConnect.as("listener"));
    listener.subscribe(Qos.AT_MOST_ONCE, "#");
    VirtualLink.Device pump = link.at("a").says(PUMP).hears("03 05 00");
    pump.says("08 0c 21 0001 0001 31").hears("07 0d 0001 0001 00"); // instead of pre/one
    assertThat(listener.hearAll())
        .extracting(heard -> ((Publish) heard).topic().toString())
        .containsExactly("pump/level");
    pump.says("08 0c 21 0002 0002 31").hears("07 0d 0002 0002 00"); // what all know
    assertThat(listener.hearAll())
        .extracting(heard -> ((Publish) heard).topic().toString())
        .containsExactly("pre/two");
    pump.says("07 12 01 0003 0009").hears("08 13 00 0009 0003 00");
    link.at("b").says("08 0c 61 0009 0000 31"); // without a connection it is nobody's
    assertThat(link.drops).containsExactly("QoS -1 to an unknown topic");
  }
}
