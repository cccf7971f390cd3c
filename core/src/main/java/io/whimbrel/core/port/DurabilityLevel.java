package io.whimbrel.core.port;

/** What an acknowledgement waits for; each level keeps what those before it keep. */
public enum DurabilityLevel {
  /** For nothing: a killed process loses what is in memory. */
  MEMORY,
  /** Until the operating system has it: a killed process loses nothing, a power cut may. */
  OS,
  /** Until the disk has it: neither loses anything. */
  DISK
}
