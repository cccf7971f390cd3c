package io.whimbrel.sn;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.core.session.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A message that is sent again every T_retry until it is answered, N_retry times (6.13). One at a
 * time. Owned by the device's shard.
 */
final class Asking {
  private final SnDevice device;
  private final Timer timer;
  private @Nullable SnMessage again;
  private boolean once;
  private int tries;
  private boolean paused;

  Asking(SnDevice device) {
    this.device = device;
    this.timer = device.timer(this::onTimer);
  }

  /**
   * Asks; while paused, once that ends.
   *
   * @param first what is sent now
   * @param next what is sent from then on
   */
  void ask(SnMessage first, SnMessage next) {
    again = next;
    once = false;
    tries = 0;
    if (!paused) {
      device.send(first);
      arm();
    }
  }

  /**
   * Asks who has proved nothing yet, and whose address may be somebody else's: nothing is sent that
   * no datagram came for, so that the one who begins asks again. It is waited for as long.
   */
  void askOnce(SnMessage question) {
    again = question;
    once = true;
    device.send(question);
    arm();
  }

  private void arm() {
    int times = once ? device.settings().retriesMax() + 1 : 1;
    timer.arm(device.now() + times * device.settings().retryMillis());
  }

  private void onTimer() {
    SnMessage unanswered = again;
    if (unanswered == null) {
      return;
    }
    if (once || ++tries > device.settings().retriesMax()) {
      device.unanswered(unanswered.type());
      return;
    }
    device.sendAgain(unanswered);
    arm();
  }

  /** Whether an answer is waited for. */
  boolean isBusy() {
    return again != null;
  }

  /** The answer came. */
  void answered() {
    again = null;
    timer.cancel();
  }

  /** The device sleeps, and nothing is sent to it. */
  void pause() {
    paused = true;
    timer.cancel();
  }

  boolean isPaused() {
    return paused;
  }

  /** It is awake: asks anew. */
  void resume() {
    paused = false;
    SnMessage unanswered = again;
    if (unanswered != null) {
      tries = 0;
      device.sendAgain(unanswered);
      arm();
    }
  }
}
