package io.whimbrel.cli.outside.crash;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What a run amounts to. */
final class Counts {
  int rounds;
  int kills;
  int earlyKills;
  int powerCuts;
  int faults;
  int unnoticed;
  int unreached;
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
        "%,d rounds, %,d kills (%,d while it started), %s%,d restarts, the slowest %,d ms,"
            + " %,d audits; %,d messages acknowledged (%,d sent again, %,d refused),"
            + " %,d delivered, %,d duplicates of QoS 1; %,d retained writes, %,d wills,"
            + " %,d sessions ended",
        rounds,
        kills,
        earlyKills,
        disk(),
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

  private String disk() {
    String cuts = powerCuts == 0 ? "" : String.format(Locale.ROOT, "%,d power cuts, ", powerCuts);
    return faults + unnoticed + unreached == 0
        ? cuts
        : String.format(
            Locale.ROOT,
            "%,d faults that ended it, %,d that did not, %,d that never came, %s",
            faults,
            unnoticed,
            unreached,
            cuts);
  }
}
