package io.whimbrel.line;

import java.io.IOException;

/**
 * An open line of octets: a serial port; in tests, memory. One thread reads and closes it, another
 * writes.
 */
public interface Line {
  /** How long nothing has to come for what is unfinished to stay so. */
  int SILENCE_MILLIS = 200;

  /** Opens a line anew. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens it.
     *
     * @throws IOException why it cannot be opened now, for people
     */
    Line open() throws IOException;
  }

  /**
   * Waits for octets, for {@link #SILENCE_MILLIS} at most.
   *
   * @return how many came; 0 for none so far
   * @throws IOException the line is lost, for people
   */
  int read(byte[] into) throws IOException;

  /**
   * Writes all of them, and waits as long as the other end does not take them.
   *
   * @throws IOException the line is lost, for people
   */
  void write(byte[] octets) throws IOException;

  /** Closes it; a write that waits ends. */
  void close();
}
