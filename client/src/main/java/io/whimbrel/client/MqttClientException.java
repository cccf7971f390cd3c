package io.whimbrel.client;

/**
 * What was asked for did not come about, and it is not known that a server refused it: no
 * connection, no answer in time, a closed client, a full outbox, a failed disk.
 */
public final class MqttClientException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MqttClientException(String message) {
    super(message);
  }
}
