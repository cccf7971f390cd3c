package io.whimbrel.codec;

/**
 * The versions of MQTT a connection can speak, with the name and level CONNECT carries for each.
 */
public enum ProtocolVersion {
  MQTT_3_1("MQIsdp", 3),
  MQTT_3_1_1("MQTT", 4),
  MQTT_5("MQTT", 5);

  private final String protocolName;
  private final int level;

  ProtocolVersion(String protocolName, int level) {
    this.protocolName = protocolName;
    this.level = level;
  }

  /** The Protocol Name of CONNECT [MQTT-3.1.2-1]. */
  public String protocolName() {
    return protocolName;
  }

  /** The Protocol Level (3.1.1) or Protocol Version (5.0) byte of CONNECT. */
  public int level() {
    return level;
  }

  /** Whether packets of this version carry properties and reason codes. */
  public boolean isFive() {
    return this == MQTT_5;
  }
}
