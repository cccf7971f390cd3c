package io.whimbrel.cli;

/** The flags of {@code whimbrel broker} that set something: what, and what help says of it. */
enum BrokerFlag {
  BIND("--bind", "ADDRESS", "listeners.bind", "Address to listen on."),
  PORT("--port", "N", "listeners.tcp-port", "Port of MQTT over TCP, 0: off."),
  WS_PORT("--ws-port", "N", "listeners.websocket-port", "Port of WebSocket, 0: off."),
  TLS_PORT("--tls-port", "N", "listeners.tls-port", "Port of MQTT over TLS, 0: off."),
  WSS_PORT("--wss-port", "N", "listeners.wss-port", "Port of WebSocket over TLS, 0: off."),
  UNIX_SOCKET("--unix-socket", "PATH", "listeners.unix-socket", "Unix socket of MQTT."),
  SN_PORT("--sn-port", "N", "sn.udp-port", "Port of MQTT-SN over UDP, 0: off."),
  CERT("--cert", "FILE", "tls.certificate", "Certificate of the broker, with its issuers."),
  KEY("--key", "FILE", "tls.key", "Private key of the certificate."),
  CAFILE("--cafile", "FILE", "tls.ca", "Who may issue certificates of clients."),
  REQUIRE_CLIENT_CERT(
      "--require-client-cert",
      "",
      "tls.client-certificate",
      "With TLS lets in only clients with a certificate of --cafile."),
  PASSWORD_FILE("--password-file", "FILE", "auth.password-file", "Users and their passwords."),
  ACL_FILE("--acl-file", "FILE", "auth.acl-file", "Who may publish and subscribe to what."),
  ALLOW_ANONYMOUS(
      "--allow-anonymous",
      "WHEN",
      "listeners.allow-anonymous",
      "Whether clients may come without credentials: true, false, loopback."),
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

  /** What its value is called; empty for a switch. */
  String label() {
    return label;
  }

  /** The configuration key it sets, or empty where it is not that simple. */
  String key() {
    return key;
  }

  /** Whether it stands alone, without a value. */
  boolean isSwitch() {
    return label.isEmpty();
  }

  String description() {
    return description;
  }

  boolean mayBeRepeated() {
    return this == LIMIT;
  }
}
