package io.whimbrel.client.sn;

/**
 * What becomes of a message that came, where its handler says so itself. The first call counts. For
 * any thread.
 */
public interface Acknowledgement {
  /** It has been dealt with: the gateway may let go of it. */
  void accept();

  /** It is not taken (0x03): the gateway drops it. */
  void refuse();
}
