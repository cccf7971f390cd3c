package io.whimbrel.server.metrics;

/** How one event loop is; readable from any thread. */
public interface LoopVitals {
  /** Letters of other threads that wait for it. */
  int mailboxDepth();

  /** Acknowledgements and deliveries that wait for the journal, as of the last second. */
  int promisesPending();

  /** How late it came to what it had planned, the worst of the last minute or right now. */
  double delaySeconds();
}
