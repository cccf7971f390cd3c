package io.whimbrel.server.ask;

/**
 * What another server answered. It may hold secrets, and is shown as its status alone.
 *
 * @param body all of it; nobody changes it
 * @param maxAgeSeconds how long Cache-Control lets it count (RFC 9111 5.2.2), 0: it does not; -1:
 *     it does not say
 */
public record Reply(int status, byte[] body, long maxAgeSeconds) {
  @Override
  public String toString() {
    return "Reply[" + status + "]";
  }
}
