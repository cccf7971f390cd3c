package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.guest;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.Identity;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A defect of ours, or rights that change: what it costs, and whom. */
final class IsolationTest {
  private final Rights rights = new Rights();
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits(), rights);

  /** Rights that can change, and that have a defect for one topic. */
  private static final class Rights extends VirtualBroker.OpenAccess {
    private String refused = "";
    private String defect = "";

    @Override
    public ReasonCode mayPublish(Identity who, TopicName topic, Qos qos, boolean retain) {
      if (topic.toString().equals(defect)) {
        throw new IllegalStateException("a defect");
      }
      return topic.toString().equals(refused) ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS;
    }
  }

  @Test
  void whatFailsForOneClientCostsItsConnectionAlone() {
    broker.expectDefects();
    rights.defect = "bad";
    VirtualClient bystander = guest(broker, 0, "bystander");
    bystander.subscribe(QOS_1, "t");
    for (int i = 0; i < 100; i++) {
      VirtualClient culprit = guest(broker, i % 2, "culprit");
      culprit.publish("bad", QOS_0, 0, "x");
      assertEnded(culprit, ReasonCode.UNSPECIFIED_ERROR);
      culprit.vanish();
    }
    assertThat(broker.defects()).hasSize(100);
    guest(broker, 0, "pub").publish("t", QOS_1, 1, "goes on");
    assertThat(bystander.hearText()).isEqualTo("goes on");
    assertAlive(bystander);
  }

  @Test
  void aDeadlineThatFailsStopsNoOther() {
    broker.expectDefects();
    VirtualClient listener = guest(broker, 0, "listener");
    listener.subscribe(QOS_0, "good", "bad");
    for (int i = 1; i <= 9; i++) {
      VirtualClient mortal = broker.client(0);
      mortal.connect(
          VirtualConnect.as("m" + i)
              .expiring(1000)
              .will(i % 3 == 0 ? "bad" : "good", QOS_0, false, "m" + i, delay()));
      mortal.vanish();
    }
    rights.defect = "bad";
    broker.pass(5_000);

    assertThat(listener.hearTexts()).containsExactly("m1", "m2", "m4", "m5", "m7", "m8");
    assertThat(broker.defects()).hasSize(3);
    assertAlive(listener);
    broker.pass(2_000_000);
    assertThat(broker.client().connect(VirtualConnect.as("m1").resuming()).sessionPresent())
        .isFalse();
  }

  @Test
  void aWillIsJudgedAtConnectAndOnceMoreWhenItIsSent() {
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_0, "w");
    rights.refused = "w";
    VirtualClient refused = broker.client();
    refused.say(VirtualConnect.as("x").will("w", QOS_0, false, "never").packet());
    assertRefused(refused, ReasonCode.NOT_AUTHORIZED);
    rights.refused = "";
    VirtualClient mortal = broker.client();
    mortal.connect(VirtualConnect.as("x").will("w", QOS_0, false, "no more"));
    VirtualClient other = broker.client();
    other.connect(VirtualConnect.as("y").will("w", QOS_0, false, "granted"));

    rights.refused = "w";
    mortal.vanish();
    assertThat(listener.hearAll()).isEmpty();
    rights.refused = "";
    other.vanish();
    assertThat(listener.hearTexts()).containsExactly("granted");
  }

  private static Consumer<Properties.Builder> delay() {
    return p -> p.set(PropertyId.WILL_DELAY_INTERVAL, 5);
  }
}
