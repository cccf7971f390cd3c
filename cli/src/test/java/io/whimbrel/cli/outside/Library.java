package io.whimbrel.cli.outside;

/** The clients that others wrote, over each transport. */
enum Library {
  HIVEMQ_3_TCP(false),
  HIVEMQ_3_WEBSOCKET(true),
  HIVEMQ_5_TCP(false),
  HIVEMQ_5_WEBSOCKET(true),
  PAHO_3_TCP(false),
  PAHO_3_WEBSOCKET(true),
  PAHO_5_TCP(false),
  PAHO_5_WEBSOCKET(true);

  private final boolean websocket;

  Library(boolean websocket) {
    this.websocket = websocket;
  }

  Party party(BrokerProcess broker, String clientId) throws Exception {
    return party(Link.plain(broker, websocket), clientId);
  }

  /** The same where links are encrypted. */
  Party party(BrokerProcess broker, String clientId, Badge badge) throws Exception {
    return party(Link.encrypted(broker, websocket, badge), clientId);
  }

  private Party party(Link link, String clientId) throws Exception {
    return switch (this) {
      case HIVEMQ_3_TCP, HIVEMQ_3_WEBSOCKET -> new Hivemq3Party(link, clientId);
      case HIVEMQ_5_TCP, HIVEMQ_5_WEBSOCKET -> new Hivemq5Party(link, clientId);
      case PAHO_3_TCP, PAHO_3_WEBSOCKET -> new Paho3Party(link, clientId);
      case PAHO_5_TCP, PAHO_5_WEBSOCKET -> new Paho5Party(link, clientId);
    };
  }

  /** Whether it speaks 5.0. */
  boolean isFive() {
    return switch (this) {
      case HIVEMQ_3_TCP, HIVEMQ_3_WEBSOCKET, PAHO_3_TCP, PAHO_3_WEBSOCKET -> false;
      case HIVEMQ_5_TCP, HIVEMQ_5_WEBSOCKET, PAHO_5_TCP, PAHO_5_WEBSOCKET -> true;
    };
  }
}
