package io.whimbrel.server.config;

/**
 * Where a listener listens: a fixed port, none at all, or any that is free.
 *
 * @param number 1 to 65535; 0: off; -1: any
 */
public record Port(int number) {
  /** No listener. */
  public static final Port OFF = new Port(0);

  /** A free port, chosen by the operating system. */
  public static final Port ANY = new Port(-1);

  public Port {
    if (number < -1 || number > 65_535) {
      throw new IllegalArgumentException("not a port: " + number);
    }
  }

  /** Whether there is no listener. */
  public boolean isOff() {
    return number == OFF.number;
  }

  /** Whether it is a certain port, which two listeners cannot share. */
  public boolean isFixed() {
    return number > 0;
  }

  /** The number to hand to the operating system, which takes 0 for any. */
  public int toBind() {
    if (isOff()) {
      throw new IllegalStateException("a listener that is off binds nothing");
    }
    return Math.max(0, number);
  }
}
