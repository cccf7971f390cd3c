package io.whimbrel.client.internal;

import io.whimbrel.codec.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which server is tried next, and after what wait. A round tries each once, in their order; the
 * next round waits for the back-off, and begins with the server behind the last. Owned by the
 * runner's loop.
 */
final class Rounds {
  private final List<Server> servers;
  private final Backoff backoff;
  private int next;
  private int failedInRound;

  /** The first server is the first to be tried. */
  Rounds(List<Server> servers, Backoff backoff) {
    this.servers = servers;
    this.backoff = backoff;
  }

  /** The server that is tried, or that was reached. */
  Server server() {
    return servers.get(next);
  }

  /** A new round begins with this server. */
  void begin() {
    failedInRound = 0;
  }

  /** This server has let us in: when it is lost it is the first to be tried, after a short wait. */
  void succeeded() {
    begin();
    backoff.succeeded();
  }

  /** This server was not reached: the next one's turn. Whether that begins another round. */
  boolean failed() {
    next = (next + 1) % servers.size();
    failedInRound++;
    if (failedInRound < servers.size()) {
      return false;
    }
    begin();
    return true;
  }

  /**
   * The wait before another round, in milliseconds.
   *
   * @param reason why the last try failed or the connection was lost, where that was said
   */
  long waitAfter(@Nullable ReasonCode reason) {
    return backoff.failed(reason);
  }
}
