package io.whimbrel.client.internal;

import io.netty.channel.EventLoop;
import io.whimbrel.codec.sn.SnDecoder;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMalformedException;
import io.whimbrel.codec.sn.SnMessage;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an MQTT-SN session on an event loop, which is the session's thread; others {@link #post}.
 * Datagrams come from any thread.
 */
public final class SnRunner {
  /** Datagrams that wait for the event loop; more are lost, as by any network. */
  private static final int ARRIVING_MAX = 1_000;

  private final SnSession session;
  private final SnDecoder decoder = new SnDecoder();
  private final Consumer<String> malformed;
  private final Mailbox mailbox;
  private final Alarm alarm;
  private final AtomicInteger arriving = new AtomicInteger();

  /**
   * A session that is not connected yet.
   *
   * @param wire takes datagrams, on the loop
   * @param sizeMax how many octets one may have
   * @param malformed hears what a datagram was like that was no message, on the loop
   */
  public SnRunner(
      EventLoop loop,
      SnPlan plan,
      @Nullable SnWill will,
      Consumer<byte[]> wire,
      IntSupplier sizeMax,
      SnSessionListener listener,
      Consumer<String> malformed) {
    this.malformed = malformed;
    this.mailbox = new Mailbox(loop, this::endTurn);
    this.alarm = new Alarm(loop, this::tick);
    SnOutput output =
        new SnOutput() {
          @Override
          public void send(SnMessage message) {
            wire.accept(SnEncoder.bytes(message));
          }

          @Override
          public int sizeMax() {
            return Math.min(SnEncoder.SIZE_MAX, sizeMax.getAsInt());
          }
        };
    this.session = new SnSession(plan, will, output, new SplittableRandom(), listener);
  }

  /** Has something done with the session, in a turn of the loop; from any thread. */
  public void post(Consumer<SnSession> wanted) {
    mailbox.post(() -> wanted.accept(session));
  }

  /** Milliseconds of the clock that the session goes by. */
  public long now() {
    return alarm.now();
  }

  /** Whether messages can be published; for any thread. */
  public boolean isActive() {
    return session.isActive();
  }

  /** A datagram came, which is not changed any more; from any thread. */
  public void onDatagram(byte[] datagram) {
    if (arriving.incrementAndGet() > ARRIVING_MAX) {
      arriving.decrementAndGet();
      return;
    }
    mailbox.post(
        () -> {
          arriving.decrementAndGet();
          try {
            session.onMessage(decoder.decode(datagram, 0, datagram.length), now());
          } catch (SnMalformedException none) {
            malformed.accept(none.section() + ": " + none.explanation());
          }
        });
  }

  private void tick() {
    session.tick(now());
    endTurn();
  }

  private void endTurn() {
    alarm.setTo(session.nextDeadline());
  }
}
