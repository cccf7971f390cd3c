package io.whimbrel.cli.mqtt;

import io.whimbrel.client.Message;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.codec.Properties;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** A message that is being printed. Owned by one thread. */
final class Shown {
  private final Message message;
  private final Properties properties;
  private final int packetId;
  private final byte[] payload;
  private @Nullable ZonedDateTime time;

  Shown(ReceivedMessage came) {
    this(came.message(), came.properties(), came.packetId());
  }

  /** The same of a message that another client than that of MQTT brings. */
  Shown(Message message, Properties properties, int packetId) {
    this.message = message;
    this.properties = properties;
    this.packetId = packetId;
    this.payload = message.payload();
  }

  /** The same as if it had been printed at a certain time. */
  Shown(Message message, int packetId, ZonedDateTime time) {
    this(message, message.properties(), packetId, time);
  }

  /** The same, with properties that no message of a client has. */
  Shown(Message message, Properties properties, int packetId, ZonedDateTime time) {
    this(message, properties, packetId);
    this.time = time;
  }

  String topic() {
    return message.topic();
  }

  /** Not to be changed. */
  byte[] payload() {
    return payload;
  }

  int qos() {
    return message.qos().ordinal();
  }

  boolean retain() {
    return message.retain();
  }

  int packetId() {
    return packetId;
  }

  Properties properties() {
    return properties;
  }

  /** Now: looked up once for each message, and only where somebody wants to know. */
  ZonedDateTime time() {
    ZonedDateTime known = time;
    if (known == null) {
      known = ZonedDateTime.now(ZoneId.systemDefault());
      time = known;
    }
    return known;
  }
}
