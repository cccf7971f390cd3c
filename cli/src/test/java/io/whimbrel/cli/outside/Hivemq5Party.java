package io.whimbrel.cli.outside;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The HiveMQ client, speaking 5.0. */
final class Hivemq5Party implements Party {
  private static final long SESSION_SECONDS = 3600;

  final Mqtt5BlockingClient client;
  private final Inbox inbox = new Inbox();
  private final BlockingQueue<Mqtt5Publish> publishes = new LinkedBlockingQueue<>();
  private boolean sessionPresent;

  Hivemq5Party(BrokerProcess broker, String clientId, boolean websocket) {
    this(Link.plain(broker, websocket), clientId);
  }

  Hivemq5Party(Link link, String clientId) {
    Mqtt5ClientBuilder builder =
        Mqtt5Client.builder()
            .identifier(clientId)
            .serverHost("127.0.0.1")
            .serverPort(link.port())
            .addDisconnectedListener(context -> inbox.ended(reason(context.getCause())));
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
            heard -> {
              publishes.add(heard);
              inbox.message(
                  heard.getTopic().toString(),
                  heard.getPayloadAsBytes(),
                  heard.getQos().getCode(),
                  heard.isRetain());
            });
  }

  private static int reason(Throwable cause) {
    return cause instanceof Mqtt5DisconnectException told
        ? told.getMqttMessage().getReasonCode().getCode()
        : 0;
  }

  @Override
  public void connect(boolean clean, Testament will) {
    Mqtt5ConnectBuilder connect =
        Mqtt5Connect.builder()
            .cleanStart(clean)
            .sessionExpiryInterval(clean ? 0 : SESSION_SECONDS)
            .restrictions()
            .topicAliasMaximum(5)
            .applyRestrictions();
    if (will != null) {
      connect =
          connect
              .willPublish()
              .topic(will.topic())
              .payload(will.payload().getBytes(StandardCharsets.UTF_8))
              .qos(MqttQos.AT_LEAST_ONCE)
              .applyWillPublish();
    }
    inbox.begin();
    sessionPresent = client.connect(connect.build()).isSessionPresent();
  }

  @Override
  public boolean sessionPresent() {
    return sessionPresent;
  }

  @Override
  public void subscribe(List<String> filters, int qos) {
    List<Mqtt5Subscription> each =
        filters.stream()
            .map(
                filter ->
                    Mqtt5Subscription.builder()
                        .topicFilter(filter)
                        .qos(MqttQos.fromCode(qos))
                        .build())
            .toList();
    client.subscribe(Mqtt5Subscribe.builder().addSubscriptions(each).build());
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

  /** The message that was heard with its properties, in the same order as {@link #next}. */
  Mqtt5Publish nextPublish() throws InterruptedException {
    return publishes.take();
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
