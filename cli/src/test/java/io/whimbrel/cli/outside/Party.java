package io.whimbrel.cli.outside;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A client of some library, reduced to what all of them can do; every wait is bounded. */
interface Party extends AutoCloseable {
  /** A message as it arrived. */
  record Heard(String topic, byte[] payload, int qos, boolean retained) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      String what = payload.length > 40 ? payload.length + " bytes" : text();
      return topic + "=" + what + " qos " + qos + (retained ? " retained" : "");
    }
  }

  /** A will of QoS 1 to be left with CONNECT. */
  record Testament(String topic, String payload) {}

  /** Connects to a session that ends with the connection. */
  default void connect() throws Exception {
    connect(true, null);
  }

  /**
   * Connects.
   *
   * @param clean whether the session is new, and ends with the connection
   * @param will null for none
   */
  void connect(boolean clean, Testament will) throws Exception;

  /** Whether CONNACK said that there was a session. */
  boolean sessionPresent();

  /** Subscribes to all filters with one packet. */
  void subscribe(List<String> filters, int qos) throws Exception;

  default void subscribe(String filter, int qos) throws Exception {
    subscribe(List.of(filter), qos);
  }

  void unsubscribe(String filter) throws Exception;

  /** Publishes, and returns when it is acknowledged as its QoS asks. */
  void publish(String topic, byte[] payload, int qos, boolean retain) throws Exception;

  default void publish(String topic, String payload, int qos, boolean retain) throws Exception {
    publish(topic, payload.getBytes(StandardCharsets.UTF_8), qos, retain);
  }

  /** The next message; fails where none comes. */
  Heard next() throws Exception;

  /** Returns once the broker has ended the connection: the code of its DISCONNECT, 0 in 3.x. */
  int awaitDisconnect() throws Exception;

  /** Says goodbye. */
  void disconnect() throws Exception;

  /** Ends all threads of the client, whatever state it is in. */
  @Override
  void close() throws Exception;
}
