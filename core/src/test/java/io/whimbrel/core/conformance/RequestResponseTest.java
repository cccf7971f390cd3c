package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.VirtualClient.text;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.guest;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Request and response (4.10). */
final class RequestResponseTest {
  @Test
  void aRequestIsAnsweredWhereItAskedFor() {
    VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
    VirtualClient asker = guest(broker, 0, "asker");
    VirtualClient knower = guest(broker, 1, "knower");
    asker.subscribe(QOS_1, "answers/asker");
    knower.subscribe(QOS_1, "questions");
    byte[] number = {0, 42, (byte) 0x80};
    asker.say(
        message(
            "questions",
            QOS_1,
            1,
            "why?",
            p ->
                p.set(PropertyId.RESPONSE_TOPIC, "answers/asker")
                    .set(PropertyId.CORRELATION_DATA, number)));
    Properties asked = knower.hear(Publish.class).properties();
    String where = asked.text(PropertyId.RESPONSE_TOPIC); // [MQTT-3.3.2-15]
    byte[] which = asked.binary(PropertyId.CORRELATION_DATA); // [MQTT-3.3.2-16]
    knower.say(message(where, QOS_1, 1, "because", p -> p.set(PropertyId.CORRELATION_DATA, which)));
    asker.hear(Puback.class);
    Publish answer = asker.hear(Publish.class);
    assertThat(text(answer)).isEqualTo("because");
    assertThat(answer.properties().binary(PropertyId.CORRELATION_DATA)).isEqualTo(number);
  }

  @Test
  void aResponseTopicHasNoWildcards() { // [MQTT-3.3.2-14]
    VirtualBroker broker = new VirtualBroker();
    for (String wrong : List.of("a/+", "#")) {
      VirtualClient client = guest(broker, "x");
      client.say(message("t", QOS_0, 0, "x", p -> p.set(PropertyId.RESPONSE_TOPIC, wrong)));
      assertThat(client.hear(Disconnect.class).reason().isError()).isTrue();
      assertCut(client);
    }
  }
}
