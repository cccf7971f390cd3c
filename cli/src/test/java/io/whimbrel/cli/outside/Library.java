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
    return switch (this) {
      case HIVEMQ_3_TCP, HIVEMQ_3_WEBSOCKET -> new Hivemq3Party(broker, clientId, websocket);
      case HIVEMQ_5_TCP, HIVEMQ_5_WEBSOCKET -> new Hivemq5Party(broker, clientId, websocket);
      case PAHO_3_TCP, PAHO_3_WEBSOCKET -> new Paho3Party(uri(broker), clientId);
      case PAHO_5_TCP, PAHO_5_WEBSOCKET -> new Paho5Party(uri(broker), clientId);
    };
  }

  /** Whether it speaks 5.0. */
  boolean isFive() {
    return switch (this) {
      case HIVEMQ_3_TCP, HIVEMQ_3_WEBSOCKET, PAHO_3_TCP, PAHO_3_WEBSOCKET -> false;
      case HIVEMQ_5_TCP, HIVEMQ_5_WEBSOCKET, PAHO_5_TCP, PAHO_5_WEBSOCKET -> true;
    };
  }

  private String uri(BrokerProcess broker) {
    return websocket
        ? "ws://127.0.0.1:" + broker.websocketPort() + "/mqtt"
        : "tcp://127.0.0.1:" + broker.tcpPort();
  }
}
