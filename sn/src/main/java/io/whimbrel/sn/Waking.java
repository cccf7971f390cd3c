package io.whimbrel.sn;

import io.whimbrel.core.session.Timer;

/**
 * Looks again and again whether a sleeper that is awake has heard everything: what waits for it may
 * also end without being said, as what has expired on disk does. Owned by the device's shard.
 */
final class Waking {
  private static final long LOOK_MILLIS = 200;

  private final SnDevice device;
  private final Timer timer;

  Waking(SnDevice device) {
    this.device = device;
    this.timer = device.timer(this::look);
  }

  /** The device is awake. */
  void begin() {
    timer.arm(device.now() + LOOK_MILLIS);
  }

  private void look() {
    if (device.isAwake()) {
      begin(); // until it is not
      device.settle();
    }
  }
}
