package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.whimbrel.codec.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only 5.0 has, between clients that others wrote. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class Version5Test {
  private static BrokerProcess broker;

  private String topic;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    broker = BrokerProcess.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    try (BrokerProcess ending = broker) {
      ending.stopInGoodOrder();
    }
  }

  @BeforeEach
  void name(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void answersARequestWithItsCorrelationData() throws Exception {
    Hivemq5Party requester = hivemq("requester");
    Paho5Party responder = paho("responder");
    requester.subscribe(topic + "/answers", 1);
    responder.subscribe(topic + "/questions", 1);
    requester
        .client
        .publishWith()
        .topic(topic + "/questions")
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload("why".getBytes(StandardCharsets.UTF_8))
        .responseTopic(topic + "/answers")
        .correlationData(new byte[] {0, -1, 7})
        .contentType("text/plain")
        .payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
        .userProperties(
            Mqtt5UserProperties.builder().add("a", "2").add("c", "3").add("a", "1").build())
        .send();

    assertThat(responder.next().text()).isEqualTo("why");
    MqttProperties question = responder.nextProperties();
    assertThat(question.getContentType()).isEqualTo("text/plain");
    assertThat(question.getPayloadFormat()).isTrue();
    assertThat(question.getUserProperties())
        .extracting(each -> each.getKey() + "=" + each.getValue())
        .containsExactly("a=2", "c=3", "a=1");

    MqttProperties with = new MqttProperties();
    with.setCorrelationData(question.getCorrelationData());
    responder.publish(question.getResponseTopic(), "because", 1, with);
    assertThat(requester.next().text()).isEqualTo("because");
    Mqtt5Publish answer = requester.nextPublish();
    byte[] correlation = new byte[3];
    answer.getCorrelationData().orElseThrow().get(correlation);
    assertThat(correlation).containsExactly(0, -1, 7);
    requester.close();
    responder.close();
  }

  @Test
  void usesTopicAliasesInBothDirections() throws Exception {
    Hivemq5Party subscriber = hivemq("subscriber"); // it allows five
    subscriber.subscribe(topic + "/#", 1);
    Paho5Party publisher = paho("publisher");
    MqttProperties alias = new MqttProperties();
    alias.setTopicAlias(3);
    publisher.publish(topic + "/first", "sets", 1, alias);
    for (int i = 0; i < 30; i++) {
      publisher.publish(topic + "/" + i % 10, "plain", 1, new MqttProperties());
    }

    assertThat(subscriber.next()).hasToString(topic + "/first=sets qos 1");
    for (int i = 0; i < 30; i++) {
      assertThat(subscriber.next().topic()).isEqualTo(topic + "/" + i % 10);
    }
    subscriber.close();
    publisher.close();
  }

  @Test
  void messagesExpireRetainedAndQueued() throws Exception {
    Hivemq5Party away = new Hivemq5Party(broker, topic + "-away", false);
    away.connect(false, null);
    away.subscribe(topic + "/queued", 1);
    away.disconnect();
    Hivemq5Party publisher = hivemq("publisher");
    expiring(publisher, topic + "/queued", "soon", 1, false);
    expiring(publisher, topic + "/queued", "later", 1000, false);
    expiring(publisher, topic + "/retained", "soon", 1, true);

    // The retained message was the last to come: once it is gone, so is the first.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BrokerProcess.PATIENCE_SECONDS);
    String found = "soon";
    while (found.equals("soon")) {
      assertThat(System.nanoTime()).as("it expires").isLessThan(deadline);
      publisher.subscribe(topic + "/retained", 1);
      publisher.publish(topic + "/retained", "none", 1, false);
      found = publisher.next().text();
      if (found.equals("soon")) {
        assertThat(publisher.next().text()).isEqualTo("none");
      }
    }

    away.connect(false, null);
    assertThat(away.next().text()).isEqualTo("later");
    OptionalLong left = away.nextPublish().getMessageExpiryInterval();
    assertThat(left.orElseThrow()).isBetween(900L, 999L);
    away.disconnect();
    away.connect(true, null);
    away.close();
    publisher.close();
  }

  @Test
  void hearsNotItsOwnWhereItAskedForNoLocal() throws Exception {
    Hivemq5Party party = hivemq("party");
    party.client.subscribeWith().topicFilter(topic + "/mine").noLocal(true).send();
    party.subscribe(topic + "/other", 1);
    party.publish(topic + "/mine", "own", 1, false);
    party.publish(topic + "/other", "heard", 1, false);

    assertThat(party.next().text()).isEqualTo("heard");
    party.close();
  }

  @Test
  void refusesAnAuthenticationMethodItDoesNotKnow() throws Exception {
    Paho5Party party = new Paho5Party(Link.plain(broker, false), topic);
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setAuthMethod("SCRAM-SHA-1");
    options.setAuthData(new byte[] {1, 2, 3});
    MqttException refused = catchThrowableOfType(MqttException.class, () -> party.connect(options));

    assertThat(refused.getReasonCode()).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD.code());
    party.close();
  }

  private static void expiring(
      Hivemq5Party party, String topic, String payload, long seconds, boolean retain) {
    party
        .client
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .retain(retain)
        .payload(payload.getBytes(StandardCharsets.UTF_8))
        .messageExpiryInterval(seconds)
        .send();
  }

  private Hivemq5Party hivemq(String name) throws Exception {
    Hivemq5Party party = new Hivemq5Party(broker, topic + "-" + name, false);
    party.connect();
    return party;
  }

  private Paho5Party paho(String name) throws Exception {
    Paho5Party party = new Paho5Party(Link.plain(broker, false), topic + "-" + name);
    party.connect();
    return party;
  }
}
