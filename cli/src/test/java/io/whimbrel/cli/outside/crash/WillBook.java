package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Qos;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Every will that a client left with the broker, and what has to become of it. */
final class WillBook {
  private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final World world;
  private final Map<String, Testament> open = new LinkedHashMap<>();

  /** What has to become of a will. */
  enum Verdict {
    /** Its client is connected, or waits for its CONNACK. */
    OPEN,
    /** It has to be published. */
    DUE,
    /** It must not be published. */
    NEVER,
    /** Nobody can say. */
    EITHER
  }

  /** One will, which is its own payload. */
  static final class Testament {
    final String text;
    final Qos qos;
    final int delaySeconds;
    boolean acknowledged;
    Verdict verdict = Verdict.OPEN;
    int heard;
    long endedNanos;
    long countsFromNanos;
    boolean byCrash;

    Testament(String text, Qos qos, int delaySeconds) {
      this.text = text;
      this.qos = qos;
      this.delaySeconds = delaySeconds;
    }

    private long delayNanos() {
      return TimeUnit.SECONDS.toNanos(delaySeconds);
    }

    @Override
    public String toString() {
      return "will '" + text + "' (QoS " + qos.number() + ", delay " + delaySeconds + " s)";
    }
  }

  WillBook(World world) {
    this.world = world;
  }

  Testament made(String text, Qos qos, int delaySeconds) {
    Testament testament = new Testament(text, qos, delaySeconds);
    open.put(text, testament);
    return testament;
  }

  /** The connection ended without DISCONNECT. */
  void lost(Testament testament, boolean byCrash) {
    testament.verdict = testament.acknowledged ? Verdict.DUE : Verdict.EITHER;
    testament.byCrash = byCrash;
    testament.endedNanos = System.nanoTime();
    testament.countsFromNanos = testament.endedNanos;
  }

  /** DISCONNECT, and what may be known of it. */
  void removed(Testament testament, Verdict verdict) {
    testament.verdict = verdict;
    testament.endedNanos = System.nanoTime();
  }

  /** Its client asks for the session again, which takes back a will that waits. */
  void returns(Testament testament) {
    if (testament.verdict == Verdict.DUE && testament.delaySeconds > 0 && testament.heard == 0) {
      testament.verdict = Verdict.EITHER;
    }
  }

  /** Its client has the session again. */
  void returned(Testament testament) {
    boolean waited =
        testament.acknowledged
            && testament.verdict == Verdict.EITHER
            && testament.delaySeconds > 0
            && System.nanoTime() < earliest(testament);
    if (waited) {
      testament.verdict = Verdict.NEVER;
    }
  }

  private static long earliest(Testament testament) {
    return testament.countsFromNanos + testament.delayNanos() - SLACK_NANOS;
  }

  /** A broker starts: what the one before was killed with counts from now. */
  void started(long nanos) {
    for (Testament testament : open.values()) {
      if (testament.byCrash) {
        testament.byCrash = false;
        testament.countsFromNanos = nanos;
      }
    }
  }

  void heard(String text, Qos qos) {
    world.counts.wills++;
    Testament testament = open.get(text);
    if (testament == null) {
      if (qos == Qos.EXACTLY_ONCE) {
        throw new BrokenPromiseException("a will that was settled is published: " + text);
      }
      return;
    }
    testament.heard++;
    if (qos != testament.qos || (testament.heard > 1 && qos == Qos.EXACTLY_ONCE)) {
      throw new BrokenPromiseException(testament + " is published wrongly, or twice");
    }
    if (testament.verdict == Verdict.OPEN || testament.verdict == Verdict.NEVER) {
      throw new BrokenPromiseException(testament + " is published, and is " + testament.verdict);
    }
    if (testament.delaySeconds > 0 && System.nanoTime() < earliest(testament)) {
      throw new BrokenPromiseException(testament + " is published before its time");
    }
  }

  /** Whether every will that is due was heard. */
  boolean isDone() {
    return open.values().stream().noneMatch(t -> t.verdict == Verdict.DUE && t.heard == 0);
  }

  /** Throws where one is late. */
  void check() {
    long now = System.nanoTime();
    for (Testament testament : open.values()) {
      long from = Math.max(testament.endedNanos, world.victim().readyNanos());
      boolean late = now - from > testament.delayNanos() + LATE_NANOS;
      if (testament.verdict == Verdict.DUE && testament.heard == 0 && late) {
        throw new BrokenPromiseException(testament + " is not published");
      }
    }
  }

  /** Forgets what is over for sure. */
  void settle() {
    open.values().removeIf(t -> t.verdict == Verdict.DUE && t.heard > 0);
  }
}
