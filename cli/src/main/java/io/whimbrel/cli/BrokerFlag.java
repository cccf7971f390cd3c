package io.whimbrel.cli;

/** The flags of {@code whimbrel broker} that have a value: what they set, and what help says. */
enum BrokerFlag {
  BIND("--bind", "ADDRESS", "listeners.bind", "Address to listen on."),
  PORT("--port", "N", "listeners.tcp-port", "Port of MQTT over TCP, 0: off."),
  WS_PORT("--ws-port", "N", "listeners.websocket-port", "Port of WebSocket, 0: off."),
  HTTP_PORT("--http-port", "N", "http.port", "Port of health and metrics, 0: off."),
  DATA_DIR("--data-dir", "DIR", "data-dir", "Directory of all that outlives a restart."),
  DURABILITY(
      "--durability",
      "LEVEL",
      "",
      "What acknowledgements wait for on every listener: disk (the default), os or memory."),
  CONFIG(
      "--config",
      "FILE",
      "",
      "Configuration file; else ./" + BrokerFlags.CONFIG_FILE + " if there is one."),
  LIMIT("--limit", "KEY=VALUE", "", "Sets a key of the section limits; may be repeated.");

  private final String word;
  private final String label;
  private final String key;
  private final String description;

  BrokerFlag(String word, String label, String key, String description) {
    this.word = word;
    this.label = label;
    this.key = key;
    this.description = description;
  }

  /** As it is written. */
  String word() {
    return word;
  }

  /** What its value is called. */
  String label() {
    return label;
  }

  /** The configuration key it sets, or empty where it is not that simple. */
  String key() {
    return key;
  }

  String description() {
    return description;
  }

  boolean mayBeRepeated() {
    return this == LIMIT;
  }
}
