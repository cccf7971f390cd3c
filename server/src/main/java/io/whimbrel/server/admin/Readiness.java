package io.whimbrel.server.admin;

/** Whether clients are served; readable from any thread. */
public final class Readiness {
  private volatile State state = State.STARTING;

  /** Where the broker stands in its life. */
  public enum State {
    STARTING,
    READY,
    STOPPING,
    /** The store failed: nothing is acknowledged any more. */
    FAILED
  }

  /** From now on. */
  public void becomes(State next) {
    state = next;
  }

  State now() {
    return state;
  }
}
