package io.whimbrel.server.admin;

import java.util.concurrent.atomic.AtomicReference;

/** Whether clients are served; readable from any thread. */
public final class Readiness {
  private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);

  /** Where the broker stands in its life. */
  public enum State {
    STARTING,
    READY,
    STOPPING,
    /** The store failed: nothing is acknowledged any more. */
    FAILED
  }

  /** Clients are served from now on, unless something failed or was stopped meanwhile. */
  public void started() {
    state.compareAndSet(State.STARTING, State.READY);
  }

  /** From now on. */
  public void becomes(State next) {
    state.set(next);
  }

  State now() {
    return state.get();
  }
}
