package io.whimbrel.bench;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A client library as the bench uses it, with MQTT 5 and keep alive 60 s. */
enum ClientLibrary {
  WHIMBREL {
    @Override
    Object connected(String host, int port, String id) {
      MqttClient client = MqttClient.to("mqtt://" + host + ":" + port).clientId(id).build();
      client.blocking().connect();
      return client;
    }

    @Override
    Pair pair(String host, int port, int qos, String topic) {
      MqttClient publisher = (MqttClient) connected(host, port, "publisher");
      MqttClient subscriber = (MqttClient) connected(host, port, "subscriber");
      Semaphore under = new Semaphore(UNDER_WAY);
      subscriber.handle(topic, message -> under.release());
      subscriber.blocking().subscribe(Subscription.of(topic, Qos.of(qos)));
      Message message = Message.to(topic).qos(Qos.of(qos)).payload(PAYLOAD).build();
      return new Pair(under, () -> publisher.publish(message));
    }
  },
  HIVEMQ {
    @Override
    Object connected(String host, int port, String id) {
      Mqtt5AsyncClient client =
          Mqtt5Client.builder().identifier(id).serverHost(host).serverPort(port).buildAsync();
      client.toBlocking().connect();
      return client;
    }

    @Override
    Pair pair(String host, int port, int qos, String topic) {
      Mqtt5AsyncClient publisher = (Mqtt5AsyncClient) connected(host, port, "publisher");
      Mqtt5AsyncClient subscriber = (Mqtt5AsyncClient) connected(host, port, "subscriber");
      Semaphore under = new Semaphore(UNDER_WAY);
      subscriber.publishes(MqttGlobalPublishFilter.ALL, message -> under.release());
      subscriber.subscribeWith().topicFilter(topic).qos(MqttQos.fromCode(qos)).send().join();
      return new Pair(
          under,
          () ->
              publisher
                  .publishWith()
                  .topic(topic)
                  .qos(MqttQos.fromCode(qos))
                  .payload(PAYLOAD)
                  .send());
    }
  },
  PAHO {
    @Override
    Object connected(String host, int port, String id) throws Exception {
      MqttAsyncClient client =
          new MqttAsyncClient("tcp://" + host + ":" + port, id, new MemoryPersistence());
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setReceiveMaximum(1_000);
      client.connect(options).waitForCompletion();
      return client;
    }

    @Override
    Pair pair(String host, int port, int qos, String topic) throws Exception {
      MqttAsyncClient publisher = (MqttAsyncClient) connected(host, port, "publisher");
      MqttAsyncClient subscriber = (MqttAsyncClient) connected(host, port, "subscriber");
      Semaphore under = new Semaphore(UNDER_WAY);
      subscriber.setCallback(new Received(under));
      subscriber.subscribe(topic, qos).waitForCompletion();
      return new Pair(
          under,
          () -> {
            MqttMessage message = new MqttMessage(PAYLOAD);
            message.setQos(qos);
            IMqttToken token = publisher.publish(topic, message);
            if (token == null) {
              throw new IllegalStateException("no token");
            }
          });
    }
  };

  /** Paho's callback, of which one method matters. */
  private record Received(Semaphore under) implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      under.release();
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException failure) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean again, String uri) {}

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {}
  }

  /** Messages that are published and not received yet. */
  private static final int UNDER_WAY = 100;

  private static final byte[] PAYLOAD = new byte[100];

  /** One publication. */
  @FunctionalInterface
  interface Publication {
    void publish() throws Exception;
  }

  /** A publisher and its subscriber. */
  record Pair(Semaphore under, Publication publication) {
    /** Publishes that many and returns when all were received. */
    void send(int count) throws Exception {
      for (int i = 0; i < count; i++) {
        take(1);
        publication.publish();
      }
      take(UNDER_WAY);
      under.release(UNDER_WAY);
    }

    private void take(int permits) throws InterruptedException {
      if (!under.tryAcquire(permits, 60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(permits - under.availablePermits() + " are missing");
      }
    }
  }

  static ClientLibrary of(String name) {
    return valueOf(name.toUpperCase(java.util.Locale.ROOT));
  }

  abstract Object connected(String host, int port, String id) throws Exception;

  abstract Pair pair(String host, int port, int qos, String topic) throws Exception;
}
