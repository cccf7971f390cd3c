package io.whimbrel.core;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Will;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A CONNECT of a {@link VirtualClient} while a test words it: of 5.0, with Clean Start. */
public final class VirtualConnect {
  private final String clientId;
  private final Properties.Builder properties = Properties.builder();
  private ProtocolVersion version = ProtocolVersion.MQTT_5;
  private boolean cleanStart = true;
  private int keepAliveSeconds;
  private Will will;
  private String userName;
  private byte[] password;

  private VirtualConnect(String clientId) {
    this.clientId = clientId;
  }

  /** A CONNECT of a client. */
  public static VirtualConnect as(String clientId) {
    return new VirtualConnect(clientId);
  }

  /** In another version. */
  public VirtualConnect speaking(ProtocolVersion other) {
    version = other;
    return this;
  }

  /** Without Clean Start. */
  public VirtualConnect resuming() {
    cleanStart = false;
    return this;
  }

  /** With a Keep Alive. */
  public VirtualConnect keepAlive(int seconds) {
    keepAliveSeconds = seconds;
    return this;
  }

  /** With a Session Expiry Interval. */
  public VirtualConnect expiring(long seconds) {
    return with(PropertyId.SESSION_EXPIRY_INTERVAL, seconds);
  }

  /** With a property. */
  public VirtualConnect with(PropertyId id, long value) {
    properties.set(id, value);
    return this;
  }

  /** With a property. */
  public VirtualConnect with(PropertyId id, String value) {
    properties.set(id, value);
    return this;
  }

  /** With a property. */
  public VirtualConnect with(PropertyId id, byte[] value) {
    properties.set(id, value);
    return this;
  }

  /** With a will without properties. */
  public VirtualConnect will(String topic, Qos qos, boolean retain, String payload) {
    return will(topic, qos, retain, payload, p -> {});
  }

  /** With a will. */
  public VirtualConnect will(
      String topic, Qos qos, boolean retain, String payload, Consumer<Properties.Builder> add) {
    Properties.Builder builder = Properties.builder();
    add.accept(builder);
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    will = new Will(TopicName.of(topic), bytes, qos, retain, builder.build());
    return this;
  }

  /** With credentials. */
  public VirtualConnect user(String name, String secret) {
    userName = name;
    password = secret.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** The packet. */
  public Connect packet() {
    return new Connect(
        version,
        cleanStart,
        keepAliveSeconds,
        properties.build(),
        clientId,
        will,
        userName,
        password);
  }
}
