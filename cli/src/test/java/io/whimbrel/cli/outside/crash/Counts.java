package io.whimbrel.cli.outside.crash;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What a run amounts to. */
final class Counts {
  int rounds;
  int kills;
  int earlyKills;
  int restarts;
  int audits;
  long acknowledged;
  long refused;
  long delivered;
  long duplicates;
  long retries;
  long retained;
  long wills;
  long sessionsEnded;
  long slowestNanos;

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d rounds, %,d kills (%,d while it started), %,d restarts, the slowest %,d ms,"
            + " %,d audits; %,d messages acknowledged (%,d sent again, %,d refused),"
            + " %,d delivered, %,d duplicates of QoS 1; %,d retained writes, %,d wills,"
            + " %,d sessions ended",
        rounds,
        kills,
        earlyKills,
        restarts,
        TimeUnit.NANOSECONDS.toMillis(slowestNanos),
        audits,
        acknowledged,
        retries,
        refused,
        delivered,
        duplicates,
        retained,
        wills,
        sessionsEnded);
  }
}
