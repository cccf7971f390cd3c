package io.whimbrel.server.config;

/**
 * A topic that some devices know by an id (MQTT-SN 1.2, 6.7).
 *
 * @param clients their Client Identifiers
 * @param id 1 to 65534
 * @param topic in which {@code %c} stands for the Client Identifier
 */
public record ClientTopic(Glob clients, int id, String topic) {

  /** The topic of one of them. */
  String of(String clientId) {
    return topic.replace("%c", clientId);
  }
}
