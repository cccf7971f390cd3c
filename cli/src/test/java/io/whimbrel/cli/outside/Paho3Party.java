package io.whimbrel.cli.outside;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Eclipse Paho, speaking 3.1.1. */
final class Paho3Party implements Party, MqttCallback {
  private final Link link;
  private final MqttClient client;
  private final Inbox inbox = new Inbox();
  private boolean sessionPresent;

  Paho3Party(Link link, String clientId) throws MqttException {
    this.link = link;
    client = new MqttClient(link.uri(), clientId, new MemoryPersistence());
    client.setTimeToWait(BrokerProcess.PATIENCE_SECONDS * 1000);
    client.setCallback(this);
  }

  @Override
  public void connect(boolean clean, Testament will) throws Exception {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setCleanSession(clean);
    options.setMaxInflight(100); // it counts down only after it has said that it is done
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    if (will != null) {
      options.setWill(will.topic(), will.payload().getBytes(StandardCharsets.UTF_8), 1, false);
    }
    if (link.badge().isPresent()) {
      options.setSocketFactory(link.badge().get().context().getSocketFactory());
      options.setUserName(link.badge().get().user());
      options.setPassword(link.badge().get().password().toCharArray());
    }
    inbox.begin();
    sessionPresent = client.connectWithResult(options).getSessionPresent();
  }

  @Override
  public boolean sessionPresent() {
    return sessionPresent;
  }

  @Override
  public void subscribe(List<String> filters, int qos) throws MqttException {
    int[] each = new int[filters.size()];
    Arrays.fill(each, qos);
    client.subscribe(filters.toArray(String[]::new), each);
  }

  @Override
  public void unsubscribe(String filter) throws MqttException {
    client.unsubscribe(filter);
  }

  @Override
  public void publish(String topic, byte[] payload, int qos, boolean retain) throws MqttException {
    client.publish(topic, payload, qos, retain);
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
  public void disconnect() throws MqttException {
    client.disconnect();
  }

  @Override
  public void close() throws MqttException {
    if (client.isConnected()) {
      client.disconnect();
    }
    client.close();
  }

  @Override
  public void connectionLost(Throwable cause) {
    inbox.ended(0);
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    inbox.message(topic, message.getPayload(), message.getQos(), message.isRetained());
  }

  @Override
  public void deliveryComplete(IMqttDeliveryToken token) {}
}
