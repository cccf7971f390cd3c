package io.whimbrel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU time of processes, user and system, as Linux counts it. */
final class Cpu {
  private static final double TICKS_PER_SECOND = 100;

  private Cpu() {}

  /** Seconds. */
  static double of(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  static double own() throws IOException {
    return of(ProcessHandle.current().pid());
  }
}
