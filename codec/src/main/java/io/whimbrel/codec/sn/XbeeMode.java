package io.whimbrel.codec.sn;

/** How the frames of an XBee radio stand on its serial line: its parameter AP. */
public enum XbeeMode {
  /** AP=1: as they are. */
  PLAIN,
  /**
   * AP=2: 0x7E is the beginning of a frame and nothing else. It, 0x7D, 0x11 and 0x13 within one are
   * written as 0x7D and themselves, exclusively ored with 0x20.
   */
  ESCAPED
}
