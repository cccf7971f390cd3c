package io.whimbrel.cli.outside;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Eclipse Paho, speaking 5.0. */
final class Paho5Party implements Party, MqttCallback {
  private static final long SESSION_SECONDS = 3600;

  /** Kept here, or its level is forgotten; the client tells of every PUBREL. */
  private static final Logger TALK = Logger.getLogger("org.eclipse.paho");

  static {
    TALK.setLevel(Level.WARNING);
  }

  private final Link link;
  private final MqttClient client;
  private final Inbox inbox = new Inbox();
  private final BlockingQueue<MqttProperties> properties = new LinkedBlockingQueue<>();
  private boolean sessionPresent;

  Paho5Party(Link link, String clientId) throws MqttException {
    this.link = link;
    client = new MqttClient(link.uri(), clientId, new MemoryPersistence());
    client.setTimeToWait(BrokerProcess.PATIENCE_SECONDS * 1000);
    client.setCallback(this);
  }

  @Override
  public void connect(boolean clean, Testament will) throws Exception {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(clean);
    options.setSessionExpiryInterval(clean ? 0 : SESSION_SECONDS);
    options.setAutomaticReconnect(false);
    if (will != null) {
      options.setWill(
          will.topic(),
          new MqttMessage(will.payload().getBytes(StandardCharsets.UTF_8), 1, false, null));
    }
    if (link.badge().isPresent()) {
      options.setSocketFactory(link.badge().get().context().getSocketFactory());
      options.setUserName(link.badge().get().user());
      options.setPassword(link.badge().get().password().getBytes(StandardCharsets.UTF_8));
    }
    connect(options);
  }

  /** Connects as the options say. */
  void connect(MqttConnectionOptions options) throws MqttException {
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
    int[] reasons = client.subscribe(filters.toArray(String[]::new), each).getReasonCodes();
    for (int reason : reasons) {
      if (reason >= 0x80) { // it tells nobody itself
        throw new MqttException(reason);
      }
    }
  }

  @Override
  public void unsubscribe(String filter) throws MqttException {
    client.unsubscribe(filter);
  }

  @Override
  public void publish(String topic, byte[] payload, int qos, boolean retain) throws MqttException {
    client.publish(topic, payload, qos, retain);
  }

  /** Publishes with properties. */
  void publish(String topic, String payload, int qos, MqttProperties with) throws MqttException {
    client.publish(
        topic, new MqttMessage(payload.getBytes(StandardCharsets.UTF_8), qos, false, with));
  }

  @Override
  public Heard next() throws InterruptedException {
    return inbox.next();
  }

  /** The properties of the message that was heard, in the same order as {@link #next}. */
  MqttProperties nextProperties() throws InterruptedException {
    return properties.take();
  }

  @Override
  public int awaitDisconnect() throws Exception {
    return inbox.awaitEnd();
  }

  @Override
  public void disconnect() throws MqttException {
    try {
      client.disconnect();
    } catch (MqttException lost) {
      if (client.isConnected()) { // else a last PUBACK of its own met the socket it had closed
        throw lost;
      }
    }
  }

  @Override
  public void close() throws MqttException {
    if (client.isConnected()) {
      client.disconnect();
    }
    client.close();
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {
    inbox.ended(response.getReturnCode());
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    properties.add(message.getProperties());
    inbox.message(topic, message.getPayload(), message.getQos(), message.isRetained());
  }

  @Override
  public void mqttErrorOccurred(MqttException exception) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, String serverUri) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
