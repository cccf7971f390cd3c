package io.whimbrel.client.internal;

import io.whimbrel.codec.ReasonCode;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next try: each time up to twice as long, and at random in the upper
 * half, so that a thousand clients do not come back in the same moment. Owned by one thread.
 */
public final class Backoff {
  private final long minMillis;
  private final long maxMillis;
  private final RandomGenerator random;
  private long next;

  /**
   * Nothing has failed yet.
   *
   * @param minMillis after the first failure, at most; positive
   * @param maxMillis ever, at most
   */
  public Backoff(long minMillis, long maxMillis, RandomGenerator random) {
    this.minMillis = minMillis;
    this.maxMillis = maxMillis;
    this.random = random;
    this.next = minMillis;
  }

  /** A try has failed, with this reason where there is one: so long until the next. */
  public long failed(@Nullable ReasonCode reason) {
    next = isLasting(reason) ? maxMillis : next;
    return failed();
  }

  /** What will not be different in a moment. */
  private static boolean isLasting(@Nullable ReasonCode reason) {
    if (reason == null) {
      return false;
    }
    return switch (reason) {
      case BAD_USER_NAME_OR_PASSWORD,
          NOT_AUTHORIZED,
          BANNED,
          CLIENT_IDENTIFIER_NOT_VALID,
          UNSUPPORTED_PROTOCOL_VERSION,
          BAD_AUTHENTICATION_METHOD,
          SESSION_TAKEN_OVER,
          QUOTA_EXCEEDED,
          ADMINISTRATIVE_ACTION ->
          true;
      default -> false;
    };
  }

  private long failed() {
    long most = next;
    next = Math.min(maxMillis, next * 2);
    return most / 2 + random.nextLong(most / 2 + 1);
  }

  /** A try has succeeded. */
  public void succeeded() {
    next = minMillis;
  }
}
