package io.whimbrel.sn;

import java.util.Arrays;

/**
 * Where a device is, as its link sees it: an address, or a node behind a forwarder (5.5). Equal
 * where it is the same; immutable.
 */
public interface SnPeer {
  /** For people, and for what is bounded by address. */
  String address();

  /**
   * A node that a forwarder speaks for.
   *
   * @param node its address there, never changed
   */
  record Forwarded(SnPeer forwarder, byte[] node) implements SnPeer {
    @Override
    public String address() {
      return forwarder.address();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Forwarded it
          && it.forwarder.equals(forwarder)
          && Arrays.equals(it.node, node);
    }

    @Override
    public int hashCode() {
      return 31 * forwarder.hashCode() + Arrays.hashCode(node);
    }
  }
}
