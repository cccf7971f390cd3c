package io.whimbrel.server.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait to be written: no more than so many, so that who has one to tell never waits.
 * What finds no room is counted, and the count is an event of its own as soon as there is room.
 * Callable from every thread; one takes.
 */
final class AuditQueue {
  private static final int BATCH_MAX = 256;

  private final ArrayBlockingQueue<AuditEvent> waiting;
  private final LongSupplier millis;
  private final LongAdder written = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final AtomicLong lostUntold = new AtomicLong();

  /**
   * @param waitingMax how many may wait
   * @param millis the time of day
   */
  AuditQueue(int waitingMax, LongSupplier millis) {
    this.waiting = new ArrayBlockingQueue<>(waitingMax);
    this.millis = millis;
  }

  /** One more; where there is no room, it is lost. */
  void offer(AuditEvent event) {
    if (!tryOffer(event)) {
      lost.increment();
      lostUntold.incrementAndGet();
    }
  }

  /** One more, which whoever tells it keeps where there is no room; says whether there was. */
  boolean tryOffer(AuditEvent event) {
    return waiting.offer(event);
  }

  /** The next event, waited for so long; null where there is none. */
  @Nullable AuditEvent next(long waitMillis) throws InterruptedException {
    return waiting.poll(waitMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Writes the event that was next with what waits behind it, a batch at most.
   *
   * @throws IOException the batch counts as lost, as it does whatever else is thrown
   */
  void write(@Nullable AuditEvent next, AuditFile file) throws IOException {
    List<AuditEvent> batch = new ArrayList<>();
    if (next != null) {
      batch.add(next);
      waiting.drainTo(batch, BATCH_MAX - 1);
    }
    int events = batch.size();
    long untold = lostUntold.getAndSet(0); // behind what had found room
    if (untold > 0) {
      batch.add(AuditEvent.of(millis.getAsLong(), "lost").with("count", untold));
    }
    if (batch.isEmpty()) {
      return;
    }
    try {
      file.write(batch);
      written.add(batch.size());
    } catch (IOException | RuntimeException | Error failed) {
      lost.add(events);
      lostUntold.addAndGet(events + untold);
      throw failed;
    }
  }

  /** What waits is for nobody: the log was switched off. */
  void clear() {
    waiting.clear();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Lines written. */
  long written() {
    return written.sum();
  }

  /** Events that came to no line. */
  long lost() {
    return lost.sum();
  }
}
