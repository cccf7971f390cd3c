package io.whimbrel.cli.outside;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The HiveMQ client, speaking 3.1.1. */
final class Hivemq3Party implements Party {
  private final Mqtt3BlockingClient client;
  private final Inbox inbox = new Inbox();
  private boolean sessionPresent;

  Hivemq3Party(BrokerProcess broker, String clientId, boolean websocket) {
    this(Link.plain(broker, websocket), clientId);
  }

  Hivemq3Party(Link link, String clientId) {
    Mqtt3ClientBuilder builder =
        Mqtt3Client.builder()
            .identifier(clientId)
            .serverHost("127.0.0.1")
            .serverPort(link.port())
            .addDisconnectedListener(context -> inbox.ended(0));
    if (link.websocket()) {
      builder = builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig();
    }
    if (link.badge().isPresent()) {
      Badge badge = link.badge().get();
      builder =
          builder
              .sslConfig()
              .keyManagerFactory(badge.keys())
              .trustManagerFactory(badge.trust())
              .applySslConfig()
              .simpleAuth()
              .username(badge.user())
              .password(badge.password().getBytes(StandardCharsets.UTF_8))
              .applySimpleAuth();
    }
    client = builder.buildBlocking();
    client
        .toAsync()
        .publishes(
            MqttGlobalPublishFilter.ALL,
            heard ->
                inbox.message(
                    heard.getTopic().toString(),
                    heard.getPayloadAsBytes(),
                    heard.getQos().getCode(),
                    heard.isRetain()));
  }

  @Override
  public void connect(boolean clean, Testament will) {
    inbox.begin();
    Mqtt3ConnectBuilder connect = Mqtt3Connect.builder().cleanSession(clean);
    if (will != null) {
      connect =
          connect
              .willPublish()
              .topic(will.topic())
              .payload(will.payload().getBytes(StandardCharsets.UTF_8))
              .qos(MqttQos.AT_LEAST_ONCE)
              .applyWillPublish();
    }
    sessionPresent = client.connect(connect.build()).isSessionPresent();
  }

  @Override
  public boolean sessionPresent() {
    return sessionPresent;
  }

  @Override
  public void subscribe(List<String> filters, int qos) {
    List<Mqtt3Subscription> each =
        filters.stream()
            .map(
                filter ->
                    Mqtt3Subscription.builder()
                        .topicFilter(filter)
                        .qos(MqttQos.fromCode(qos))
                        .build())
            .toList();
    client.subscribe(Mqtt3Subscribe.builder().addSubscriptions(each).build());
  }

  @Override
  public void unsubscribe(String filter) {
    client.unsubscribeWith().topicFilter(filter).send();
  }

  @Override
  public void publish(String topic, byte[] payload, int qos, boolean retain) {
    client
        .publishWith()
        .topic(topic)
        .payload(payload)
        .qos(MqttQos.fromCode(qos))
        .retain(retain)
        .send();
  }

  @Override
  public Heard next() throws InterruptedException {
    return inbox.next();
  }

  @Override
  public int awaitDisconnect() throws Exception {
    return inbox.awaitEnd();
  }

  @Override
  public void disconnect() {
    client.disconnect();
  }

  @Override
  public void close() {
    if (client.getState().isConnected()) {
      client.disconnect();
    }
  }
}
