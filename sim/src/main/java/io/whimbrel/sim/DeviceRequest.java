package io.whimbrel.sim;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnType;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a device asks, one thing at a time: again every T_retry, and N_retry times (6.13). Owned by
 * the simulation's thread.
 */
final class DeviceRequest {
  private final World world;
  private final Consumer<SnMessage> radio;
  private final Runnable givesUp;
  private @Nullable SnMessage again;
  private SnType answer = SnType.CONNACK;
  private int id;
  private int tries;
  private long turn;

  /**
   * @param radio sends
   * @param givesUp there is no gateway any more
   */
  DeviceRequest(World world, Consumer<SnMessage> radio, Runnable givesUp) {
    this.world = world;
    this.radio = radio;
    this.givesUp = givesUp;
  }

  /**
   * Asks.
   *
   * @param id of the answer, or 0 where it has none
   */
  void ask(SnMessage first, SnMessage next, SnType awaited, int id) {
    again = next;
    answer = awaited;
    this.id = id;
    radio.accept(first);
    patience();
  }

  /** The gateway is there: it is waited for anew. */
  void patience() {
    tries = 0;
    arm();
  }

  private void arm() {
    long mine = ++turn;
    world.clock.after(
        Airwaves.RETRY_MILLIS,
        () -> {
          SnMessage unanswered = again;
          if (mine != turn || unanswered == null) {
            return;
          }
          if (++tries > Airwaves.RETRIES_MAX) {
            world.mark("sim: a device gave its gateway up");
            end();
            givesUp.run();
            return;
          }
          radio.accept(unanswered);
          arm();
        });
  }

  boolean isBusy() {
    return again != null;
  }

  /** Whether this is what it waits for. */
  boolean waitsFor(SnType type, int messageId) {
    return again != null && answer == type && id == messageId;
  }

  /** It is answered, or not waited for any more. */
  void end() {
    again = null;
    turn++;
  }

  @Override
  public String toString() {
    return again == null ? "nothing" : answer + " " + id;
  }
}
