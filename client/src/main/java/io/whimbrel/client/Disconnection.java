package io.whimbrel.client;

import io.whimbrel.codec.ReasonCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a try to connect has failed, or a connection was lost. Immutable. */
public final class Disconnection {
  private final @Nullable ReasonCode reason;
  private final String why;
  private final String serverSays;
  private final String serverReference;
  private final @Nullable Throwable cause;
  private final boolean again;

  Disconnection(
      @Nullable ReasonCode reason,
      String why,
      String serverSays,
      String serverReference,
      @Nullable Throwable cause,
      boolean again) {
    this.reason = reason;
    this.why = why;
    this.serverSays = serverSays;
    this.serverReference = serverReference;
    this.cause = cause;
    this.again = again;
  }

  /** What the server gave as its reason, or the client; empty where the network failed. */
  public Optional<ReasonCode> reason() {
    return Optional.ofNullable(reason);
  }

  /** What happened, for people. */
  public String why() {
    return why;
  }

  /** What the server says to it (Reason String), or empty. */
  public String serverSays() {
    return serverSays;
  }

  /** Which server to use instead (4.11), where this one says so. */
  public Optional<String> serverReference() {
    return serverReference.isEmpty() ? Optional.empty() : Optional.of(serverReference);
  }

  /** What the network threw, where it did. */
  public Optional<Throwable> cause() {
    return Optional.ofNullable(cause);
  }

  /** Whether the client tries again by itself. */
  public boolean again() {
    return again;
  }

  @Override
  public String toString() {
    return "Disconnection[" + why + (again ? ", tried again]" : "]");
  }
}
