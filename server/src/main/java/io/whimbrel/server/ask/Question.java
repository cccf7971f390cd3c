package io.whimbrel.server.ask;

import java.net.URI;
import java.util.Map;

/**
 * A request to another server. It may hold secrets, and is shown as its method alone.
 *
 * @param body empty where there is none; nobody changes it
 */
public record Question(URI uri, String method, Map<String, String> headers, byte[] body) {
  /** The headers stay as they are now. */
  public Question {
    headers = Map.copyOf(headers);
  }

  @Override
  public String toString() {
    return "Question[" + method + "]";
  }
}
